namespace Understudy.Workflows.Shadows;

/// <summary>Times, counted in classes that each reach a fourth root of two further than the one before, so that counts of many hosts add up to one distribution.</summary>
public sealed record TimeCounts
{
    private const double ClassesPerDoubling = 4, PerMillisecond = 1000;

    /// <summary>By class: n holds microseconds from 2^(n/4) up to 2^((n+1)/4).</summary>
    public IReadOnlyDictionary<int, long> Classes { get; init; } = new Dictionary<int, long>();

    /// <summary>A single time; less than a microsecond counts as one.</summary>
    public static TimeCounts Of(double milliseconds) => new()
    {
        Classes = new Dictionary<int, long> { [(int)Math.Floor(ClassesPerDoubling * Math.Log2(Math.Max(1, milliseconds * PerMillisecond)))] = 1 },
    };

    /// <summary>In milliseconds, to within 10 %; 0 for none.</summary>
    public double Median()
    {
        var left = (Classes.Values.Sum() + 1) / 2;
        foreach (var (index, count) in Classes.OrderBy(pair => pair.Key))
        {
            left -= count;
            if (left <= 0)
            {
                return Math.Pow(2, (index + 0.5) / ClassesPerDoubling) / PerMillisecond;
            }
        }

        return 0;
    }

    public static TimeCounts operator +(TimeCounts left, TimeCounts right)
    {
        if (right.Classes.Count == 0)
        {
            return left;
        }

        var sum = new Dictionary<int, long>(left.Classes);
        foreach (var (index, count) in right.Classes)
        {
            sum[index] = sum.GetValueOrDefault(index) + count;
        }

        return new() { Classes = sum };
    }
}
