namespace Understudy.Bench.PeerEngines;

/// <summary>What an engine made of a prompt, greedily.</summary>
/// <param name="Tokens">All new tokens.</param>
/// <param name="Milliseconds">From the first of them to the last.</param>
internal sealed record EngineRun(int[] Tokens, double Milliseconds)
{
    public double MsPerToken => Milliseconds / (Tokens.Length - 1);
}
