"""Work outside requests: a clock that puts jobs in, and workers that do them."""
