namespace Understudy.Cli.Evaluation;

/// <summary>One proposer going ahead by itself at every step, whether it pays or not.</summary>
/// <param name="AcceptedLength">Output tokens a pass of the lead.</param>
internal sealed record ProposerResult(string Name, double AcceptedLength, double TokensPerSecond);
