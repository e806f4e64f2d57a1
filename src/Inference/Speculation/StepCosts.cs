using System.Diagnostics;
using Understudy.Inference.Decoding;

namespace Understudy.Inference.Speculation;

/// <summary>
/// What a forward pass over n tokens costs, in milliseconds: a pass over one token, times how many of those a pass over n takes. Measured when a model is first
/// used, and kept up with every pass. The machine gets slower and faster for all passes alike, so that any pass tells its speed; only a pass over one
/// token that follows one over several, or the other way round, tells what the several cost more. Counts that were not seen are interpolated. A pass that
/// waited for its core counts little. Thread-safe.
/// </summary>
public sealed class StepCosts
{
    /// <summary>The largest pass that is told apart; larger ones lie on the line from one token through the largest that was seen.</summary>
    private const int MaxTokens = 64;

    private const int Rounds = 7;

    /// <summary>How far a pass, off by e in the logarithm, moves the machine's speed, its own count, and what several tokens cost more.</summary>
    private const double SpeedWeight = 0.1, CountWeight = 0.01, SeveralWeight = 0.15;

    /// <summary>The most that one pass may be off, in the logarithm, and several tokens in all, as a factor.</summary>
    private const double MostOff = 0.3, MostSeveral = 4;

    /// <summary>Changes between one token and several that the first measurement counts for.</summary>
    private const int PriorChanges = 3;

    /// <summary>The least that a token more costs, of a pass over one: the pass may be all waiting for memory.</summary>
    private const double LeastMore = 1e-3;

    private readonly Lock _lock = new();
    private readonly double[] _passes = new double[MaxTokens + 1]; // in passes over one token, as first measured; 0 where not seen
    private double _one;
    private double _several = 1;
    private int _changes;
    private bool _wasSeveral;

    /// <param name="milliseconds">By tokens; at least for one token.</param>
    public StepCosts(IReadOnlyDictionary<int, double> milliseconds)
    {
        if (!milliseconds.TryGetValue(1, out _one) || _one <= 0)
        {
            throw new ArgumentException("The cost of one token is missing.", nameof(milliseconds));
        }

        foreach (var (tokens, spent) in milliseconds)
        {
            _passes[tokens] = spent / _one;
        }
    }

    /// <summary>Runs a model a few times, for some dozen steps' time.</summary>
    public static StepCosts Measure(DecoderModel model)
    {
        using var session = model.NewSession();
        var prompt = new int[Math.Min(32, model.MaxTokens / 2)];
        session.Prefill(prompt);
        int[] counts = [.. new[] { 1, 2, 4, 8, 16, 32 }.Where(tokens => tokens <= prompt.Length && prompt.Length + tokens <= model.MaxTokens)];
        var best = counts.ToDictionary(tokens => tokens, _ => double.PositiveInfinity);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var tokens in counts)
            {
                var began = Stopwatch.GetTimestamp();
                session.Score(prompt.AsSpan(0, tokens));
                best[tokens] = Math.Min(best[tokens], Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                session.Rollback(prompt.Length);
            }
        }

        return new(best);
    }

    /// <summary>Milliseconds of a pass over this many tokens.</summary>
    public double Of(int tokens)
    {
        lock (_lock)
        {
            return _one * Passes(tokens);
        }
    }

    /// <summary>The same in passes over one token.</summary>
    public double PassesOf(int tokens)
    {
        lock (_lock)
        {
            return Passes(tokens);
        }
    }

    /// <summary>What a token more costs in passes of about this many, in milliseconds.</summary>
    public double OfOneMore(int tokens)
    {
        tokens = Math.Max(tokens, 2);
        return (Of(tokens) - Of(1)) / (tokens - 1);
    }

    internal void Record(int tokens, double milliseconds)
    {
        if (tokens is < 1 or > MaxTokens || milliseconds <= 0)
        {
            return;
        }

        lock (_lock)
        {
            var several = tokens > 1;
            var off = Math.Clamp(Math.Log(milliseconds / (_one * Passes(tokens))), -MostOff, MostOff);
            if (several != _wasSeveral)
            {
                // The passes before have just told what the other kind costs now: the speed is known, and what is off is what several cost more.
                var moved = Math.Exp(Math.Max(SeveralWeight, 1.0 / (PriorChanges + ++_changes)) * off);
                _several = Math.Clamp(_several * (several ? moved : 1 / moved), 1 / MostSeveral, MostSeveral);
                _one *= several ? 1 : moved;
            }
            else
            {
                _one *= Math.Exp(SpeedWeight * off);
            }

            if (several)
            {
                _passes[tokens] = Interpolated(tokens) * Math.Exp(CountWeight * off);
            }

            _wasSeveral = several;
        }
    }

    private double Passes(int tokens)
    {
        return tokens <= 1 ? 1 : Math.Max(_several * Interpolated(tokens), 1 + (LeastMore * (tokens - 1)));
    }

    private double Interpolated(int tokens)
    {
        var (below, above) = (Math.Min(tokens, MaxTokens), tokens);
        while (_passes[below] == 0)
        {
            below--;
        }

        while (above <= MaxTokens && _passes[above] == 0)
        {
            above++;
        }

        if (above > MaxTokens)
        {
            // beyond what was seen, as steep as over all of it
            return below == 1 ? 1 : _passes[below] + ((tokens - below) * Math.Max(0, (_passes[below] - 1) / (below - 1)));
        }

        return above == below ? _passes[below] : _passes[below] + ((_passes[above] - _passes[below]) * (tokens - below) / (above - below));
    }
}
