"""The web chat: pages, a WebSocket for each open page, and the chat's own log.

Speaks the Bot API's JSON on the inner side and loads nothing heavy, so that the first page is there at once.
"""
