namespace Understudy.Cli.Infer;

/// <summary>What a local batch did.</summary>
/// <param name="Answered">Records answered, each once.</param>
/// <param name="Malformed">Lines that could not be used.</param>
/// <param name="StudentShare">Share of the answers that a student gave; 0 for none.</param>
/// <param name="Degraded">Answers that the lead should have given and that a student gave, because the lead was away.</param>
/// <param name="ModelMilliseconds">Model time of all tiers together.</param>
/// <param name="Release">The release that answered.</param>
/// <param name="Out">The file of answers.</param>
/// <param name="Quarantine">The file of malformed lines; <see langword="null"/> when there were none.</param>
internal sealed record BatchCounts(
    long Answered, long Malformed, double StudentShare, long Degraded, double ModelMilliseconds, string Release, string Out, string? Quarantine);
