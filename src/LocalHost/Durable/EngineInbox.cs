namespace Understudy.LocalHost.Durable;

/// <summary>Where other threads leave messages for the engine's thread, which takes them by the batch.</summary>
internal sealed class EngineInbox
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _arrived = new();
    private Queue<EngineMessage> _messages = new();
    private Exception? _closed;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _messages.Count == 0;
            }
        }
    }

    /// <summary>Leaves a message; it fails at once when the inbox is closed.</summary>
    public void Post(EngineMessage message)
    {
        Exception? closed;
        lock (_gate)
        {
            closed = _closed;
            if (closed is null)
            {
                _messages.Enqueue(message);
                _arrived.Set();
            }
        }

        if (closed is not null)
        {
            message.Fail(closed);
        }
    }

    /// <summary>Moves up to <paramref name="limit"/> messages into <paramref name="batch"/>, waiting for the first one if asked to.</summary>
    /// <returns>False once the inbox is closed.</returns>
    public bool Take(List<EngineMessage> batch, int limit, bool wait)
    {
        if (wait)
        {
            _arrived.Wait();
        }

        lock (_gate)
        {
            while (batch.Count < limit && _messages.TryDequeue(out var message))
            {
                batch.Add(message);
            }

            if (_messages.Count == 0 && _closed is null)
            {
                _arrived.Reset();
            }

            return _closed is null;
        }
    }

    /// <summary>Takes no more messages; those that are left fail, like those still to come.</summary>
    public void Close(Exception cause)
    {
        Queue<EngineMessage> left;
        lock (_gate)
        {
            _closed ??= cause;
            (left, _messages) = (_messages, new());
            _arrived.Set();
        }

        foreach (var message in left)
        {
            message.Fail(_closed);
        }
    }
}
