namespace Understudy.Inference.Speculation;

/// <summary>
/// How often proposals of a kind were taken when they were tried: an exponentially weighted mean a kind, beginning at what the proposer
/// expects. A kind is a proposer's own: how sure its model was, how long a match. Thread-safe: one account may serve many generations.
/// </summary>
public sealed class ProposalAccount
{
    /// <summary>Kinds a proposer may tell apart.</summary>
    public const int Kinds = 64;

    /// <summary>A trial's weight once there are many.</summary>
    private const double Weight = 0.03;

    /// <summary>Trials that a proposer's own expectation counts for.</summary>
    private const int PriorTrials = 6;

    private readonly Lock _lock = new();
    private readonly double[] _means;
    private readonly int[] _trials;

    /// <param name="proposers">How many there are.</param>
    public ProposalAccount(int proposers)
    {
        _means = new double[proposers * Kinds];
        _trials = new int[proposers * Kinds];
        Array.Fill(_means, double.NaN);
    }

    /// <summary>The chance that a proposal of this kind is taken when it is tried.</summary>
    /// <param name="expected">What to begin with, 0 … 1.</param>
    public double Chance(int proposer, int kind, double expected)
    {
        lock (_lock)
        {
            ref var mean = ref _means[(proposer * Kinds) + kind];
            if (double.IsNaN(mean))
            {
                mean = expected;
            }

            return mean;
        }
    }

    internal void Count(int proposer, int kind, bool accepted)
    {
        lock (_lock)
        {
            var at = (proposer * Kinds) + kind;
            var weight = Math.Max(Weight, 1.0 / (PriorTrials + ++_trials[at]));
            _means[at] = double.IsNaN(_means[at]) ? (accepted ? 1 : 0) : _means[at] + (weight * ((accepted ? 1 : 0) - _means[at]));
        }
    }
}
