"""Problems in lists: queues, what lies near, the way from one to the next, results."""
