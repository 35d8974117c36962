"""The desk's pages: find through the person, call one action, answer."""
