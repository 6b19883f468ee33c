"""One file a screen: what is read from the request, which operation is asked, which template shows the answer."""
