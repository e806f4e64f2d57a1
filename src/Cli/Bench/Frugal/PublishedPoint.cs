namespace Understudy.Cli.Bench.Frugal;

/// <summary>What others measured: how often a system is right, and its price.</summary>
/// <param name="Method">The system.</param>
/// <param name="Accuracy">On its authors' test set.</param>
/// <param name="Dollars">A question.</param>
internal sealed record PublishedPoint(string Method, double Accuracy, double Dollars);
