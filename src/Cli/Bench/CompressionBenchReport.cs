namespace Understudy.Cli.Bench;

/// <summary>What survived when prompts were compressed, and when they were shortened in two simple ways to as many tokens.</summary>
/// <param name="Yielded">Prompts that were left as they are.</param>
/// <param name="Retention">Share of prompts in which an answer survived; for meetings, the mean share of the marked turns' tokens.</param>
/// <param name="TruncationRetention">The same, when sentences are dropped from the end.</param>
/// <param name="RandomRetention">The same, when sentences are dropped at random.</param>
internal sealed record CompressionBenchReport(
    int Records,
    int Yielded,
    long TokensBefore,
    long TokensAfter,
    double Retention,
    double TruncationRetention,
    double RandomRetention,
    double MsPerThousandTokens);
