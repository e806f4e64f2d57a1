namespace Understudy.Cli.Bench.Scale;

/// <summary>
/// One instance of the host in simulated time: a request alone goes at full speed, several share evenly what the instance can do (processor
/// sharing), each getting at most one core's worth.
/// </summary>
/// <remarks>
/// Every request has received the same service since it came, so that the next to end is the one whose service was to reach the lowest mark: a
/// queue by marks is all that has to be kept. Not thread-safe.
/// </remarks>
/// <param name="capacity">What several get done together; below 1 where they hinder each other.</param>
internal sealed class SharedInstance(double capacity)
{
    /// <summary>Milliseconds that a time at work is paid for at least, and in steps of which: the Flex Consumption plan's.</summary>
    private const double LeastBilled = 1000, BilledStep = 100;

    private readonly PriorityQueue<double, double> _arrivals = new();
    private double _now;
    private double _served;
    private double _billedFrom = double.NegativeInfinity;
    private double _billedUntil = double.NegativeInfinity;

    /// <summary>Milliseconds in which there was a request under way.</summary>
    public double AtWork { get; private set; }

    /// <summary>Milliseconds that are paid for; what begins within a time that is paid for already belongs to it.</summary>
    public double Billed { get; private set; }

    /// <summary>Requests under way.</summary>
    public int Requests => _arrivals.Count;

    /// <summary>Lets time pass.</summary>
    /// <param name="time">Until then, in milliseconds; <see cref="double.PositiveInfinity"/> until nothing is under way.</param>
    /// <param name="ended">Told the arrival of each request that ends, and its end.</param>
    public void Advance(double time, Action<double, double> ended)
    {
        while (_arrivals.TryPeek(out var arrival, out var mark))
        {
            var rate = _arrivals.Count == 1 ? 1 : Math.Min(1, capacity / _arrivals.Count);
            var end = _now + ((mark - _served) / rate);
            if (end > time)
            {
                _served += (time - _now) * rate;
                Pass(time);
                return;
            }

            Pass(end);
            _served = mark;
            _arrivals.Dequeue();
            ended(arrival, end);
        }

        _now = Math.Max(_now, double.IsFinite(time) ? time : _now);
    }

    /// <summary>A request comes; time has been advanced to its arrival.</summary>
    /// <param name="arrival">In milliseconds.</param>
    /// <param name="service">What it takes when it is alone, in milliseconds.</param>
    public void Add(double arrival, double service)
    {
        if (arrival > _billedUntil)
        {
            _billedFrom = _billedUntil = arrival;
        }

        _arrivals.Enqueue(arrival, _served + service);
    }

    private void Pass(double time)
    {
        AtWork += time - _now;
        _now = time;
        var until = _billedFrom + Math.Max(LeastBilled, Math.Ceiling((time - _billedFrom) / BilledStep) * BilledStep);
        Billed += until - _billedUntil;
        _billedUntil = until;
    }
}
