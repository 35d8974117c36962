// A request of our own scripts: a lost connection and a lost session are told to the page, nobody else need look.
export async function send(url, body) {
  const headers = { "X-Desk-Script": "1", "X-CSRFToken": body.get("csrfmiddlewaretoken") };
  try {
    const answer = await fetch(url, { method: "POST", body, headers });
    document.dispatchEvent(new CustomEvent("desk:online"));
    if (answer.status === 401) document.dispatchEvent(new CustomEvent("desk:signed-out"));
    return answer;
  } catch {
    document.dispatchEvent(new CustomEvent("desk:offline"));
    return Response.error();
  }
}
