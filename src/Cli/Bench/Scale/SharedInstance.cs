namespace Understudy.Cli.Bench.Scale;

/// <summary>
/// One instance of the host in simulated time: so many of its requests share what it can do, each getting at most one core's worth, and the
/// others wait in the order in which they came (limited processor sharing).
/// </summary>
/// <remarks>
/// Every request under way has received the same service since it came, so that the next to end is the one whose service was to reach the lowest
/// mark: a queue by marks is all that has to be kept. Not thread-safe.
/// </remarks>
/// <param name="capacity">Requests that get on at full speed beside each other.</param>
/// <param name="workers">Requests that get on at all beside each other.</param>
internal sealed class SharedInstance(double capacity, int workers)
{
    private readonly PriorityQueue<double, double> _arrivals = new();
    private readonly Queue<(double Arrival, double Service)> _waiting = new();
    private double _now;
    private double _served;

    /// <summary>Milliseconds in which there was a request under way.</summary>
    public double AtWork { get; private set; }

    /// <summary>Requests under way.</summary>
    public int Requests => _arrivals.Count + _waiting.Count;

    /// <summary>Lets time pass.</summary>
    /// <param name="time">Until then, in milliseconds; <see cref="double.PositiveInfinity"/> until nothing is under way.</param>
    /// <param name="ended">Told the arrival of each request that ends, and its end.</param>
    public void Advance(double time, Action<double, double> ended)
    {
        while (_arrivals.TryPeek(out var arrival, out var mark))
        {
            var rate = Math.Min(1, capacity / _arrivals.Count);
            var end = _now + ((mark - _served) / rate);
            if (end > time)
            {
                _served += (time - _now) * rate;
                AtWork += time - _now;
                _now = time;
                return;
            }

            AtWork += end - _now;
            (_now, _served) = (end, mark);
            _arrivals.Dequeue();
            if (_waiting.TryDequeue(out var next))
            {
                _arrivals.Enqueue(next.Arrival, _served + next.Service);
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
        if (_arrivals.Count < workers)
        {
            _arrivals.Enqueue(arrival, _served + service);
        }
        else
        {
            _waiting.Enqueue((arrival, service));
        }
    }
}
