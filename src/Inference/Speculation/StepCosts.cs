using System.Diagnostics;
using Understudy.Inference.Decoding;

namespace Understudy.Inference.Speculation;

/// <summary>
/// What a forward pass over n tokens costs, in milliseconds: measured when a model is first used, and kept up with every pass. Between
/// the counts that were seen it is interpolated. Thread-safe.
/// </summary>
public sealed class StepCosts
{
    /// <summary>The largest pass that is told apart.</summary>
    public const int MaxTokens = 64;

    private const double Weight = 0.05;

    private readonly Lock _lock = new();
    private readonly double[] _milliseconds = new double[MaxTokens + 1]; // 0 where not seen

    /// <param name="milliseconds">By tokens; at least for one token.</param>
    public StepCosts(IReadOnlyDictionary<int, double> milliseconds)
    {
        foreach (var (tokens, spent) in milliseconds)
        {
            _milliseconds[tokens] = spent;
        }

        if (_milliseconds[1] <= 0)
        {
            throw new ArgumentException("The cost of one token is missing.", nameof(milliseconds));
        }
    }

    /// <summary>Runs a model a few times, for a few dozen steps' time.</summary>
    public static StepCosts Measure(DecoderModel model)
    {
        using var session = model.NewSession();
        var prompt = new int[Math.Min(32, model.MaxTokens / 2)];
        session.Prefill(prompt);
        Dictionary<int, double> costs = [];
        foreach (var tokens in (int[])[1, 2, 4, 8, 16])
        {
            if (prompt.Length + tokens > model.MaxTokens)
            {
                break;
            }

            var best = double.PositiveInfinity;
            for (var i = 0; i < 5; i++)
            {
                var began = Stopwatch.GetTimestamp();
                session.Score(prompt.AsSpan(0, Math.Min(tokens, prompt.Length)));
                best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                session.Rollback(prompt.Length);
            }

            costs[tokens] = best;
        }

        return new(costs);
    }

    /// <summary>Milliseconds of a pass over this many tokens.</summary>
    public double Of(int tokens)
    {
        lock (_lock)
        {
            tokens = Math.Clamp(tokens, 1, MaxTokens);
            var (below, above) = (tokens, tokens);
            while (_milliseconds[below] == 0)
            {
                below--;
            }

            while (above <= MaxTokens && _milliseconds[above] == 0)
            {
                above++;
            }

            if (above > MaxTokens)
            {
                // beyond what was seen, as steep as over all of it
                return below == 1 ? _milliseconds[1] : _milliseconds[below] + ((tokens - below) * Math.Max(0, (_milliseconds[below] - _milliseconds[1]) / (below - 1)));
            }

            return above == below
                ? _milliseconds[below]
                : _milliseconds[below] + ((_milliseconds[above] - _milliseconds[below]) * (tokens - below) / (above - below));
        }
    }

    /// <summary>What a token more costs in passes of about this many.</summary>
    public double OfOneMore(int tokens)
    {
        tokens = Math.Clamp(tokens, 2, MaxTokens);
        return Math.Max((Of(tokens) - Of(1)) / (tokens - 1), 1e-3 * Of(1));
    }

    internal void Record(int tokens, double milliseconds)
    {
        if (tokens is < 1 or > MaxTokens)
        {
            return;
        }

        lock (_lock)
        {
            ref var mean = ref _milliseconds[tokens];

            // A pass that waited for its core says little about the next one.
            mean = mean == 0 ? milliseconds : mean + (Weight * (Math.Min(milliseconds, 3 * mean) - mean));
        }
    }
}
