using Understudy.Inference.Decoding;

namespace Understudy.Cli.Evaluation;

/// <summary>Adds up generations. The prompt's pass, and the token that comes of it, are left out: nothing goes ahead there.</summary>
internal sealed class DecodingTotals
{
    private long _tokens, _forwards;

    public double Milliseconds { get; private set; }

    public double TokensPerSecond => Milliseconds == 0 ? 0 : _tokens / Milliseconds * 1000;

    /// <summary>Output tokens a pass.</summary>
    public double AcceptedLength => _forwards == 0 ? 1 : (double)_tokens / _forwards;

    public void Add(GenerationStatistics statistics)
    {
        _tokens += Math.Max(0, statistics.Tokens - 1);
        _forwards += statistics.Forwards;
        Milliseconds += statistics.DecodeMilliseconds;
    }
}
