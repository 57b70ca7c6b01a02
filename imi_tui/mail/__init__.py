"""Mail: the words of each kind, the message, the transports, and the delivery of what is queued."""
