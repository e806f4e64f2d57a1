namespace Understudy.Cli.Bench.Scale;

/// <summary>
/// One instance of the host in simulated time: its requests share evenly what it can do, each getting at most one core's worth (processor
/// sharing). A request that comes while others are under way does not get its turns at once: it is held up for a while, or until nothing is
/// under way, as threads that wake up are on cores that others keep busy.
/// </summary>
/// <remarks>
/// Every request that is served has received the same service since its turn came, so that the next to end is the one whose service was to reach
/// the lowest mark: a queue by marks is all that has to be kept. Not thread-safe.
/// </remarks>
/// <param name="capacity">Requests that get on at full speed beside each other.</param>
/// <param name="hold">How long a request is held up at most, in milliseconds.</param>
internal sealed class SharedInstance(double capacity, double hold)
{
    private readonly PriorityQueue<double, double> _arrivals = new();
    private readonly Queue<(double Arrival, double Service)> _held = new();
    private double _now;
    private double _served;

    /// <summary>Milliseconds in which there was a request under way.</summary>
    public double AtWork { get; private set; }

    /// <summary>Requests under way.</summary>
    public int Requests => _arrivals.Count + _held.Count;

    /// <summary>Lets time pass.</summary>
    /// <param name="time">Until then, in milliseconds; <see cref="double.PositiveInfinity"/> until nothing is under way.</param>
    /// <param name="ended">Told the arrival of each request that ends, and its end.</param>
    public void Advance(double time, Action<double, double> ended)
    {
        while (_arrivals.TryPeek(out var arrival, out var mark))
        {
            var rate = Math.Min(1, capacity / _arrivals.Count);
            var end = _now + ((mark - _served) / rate);
            var turn = _held.TryPeek(out var first) ? first.Arrival + hold : double.PositiveInfinity;
            if (Math.Min(end, turn) > time)
            {
                Pass(time, rate);
                return;
            }

            if (turn < end)
            {
                Pass(turn, rate);
                Serve(_held.Dequeue());
                continue;
            }

            Pass(end, rate);
            _served = mark;
            _arrivals.Dequeue();
            if (_arrivals.Count == 0)
            {
                ServeHeld();
            }


            ended(arrival, end);
        }

        _now = Math.Max(_now, double.IsFinite(time) ? time : _now);
    }

    /// <summary>A request comes; time has been advanced to its arrival.</summary>
    /// <param name="arrival">In milliseconds.</param>
    /// <param name="service">What it takes when it is alone, in milliseconds.</param>
    public void Add(double arrival, double service)
    {
        if (_arrivals.Count == 0)
        {
            Serve((arrival, service));
        }
        else
        {
            _held.Enqueue((arrival, service));
        }
    }

    private void ServeHeld()
    {
        while (_held.TryDequeue(out var next))
        {
            Serve(next);
        }
    }

    private void Serve((double Arrival, double Service) request) => _arrivals.Enqueue(request.Arrival, _served + request.Service);

    private void Pass(double time, double rate)
    {
        _served += (time - _now) * rate;
        AtWork += time - _now;
        _now = time;
    }
}
