"""The ways in and out: each channel puts what it hears into the inbox, and says what the outbox holds."""
