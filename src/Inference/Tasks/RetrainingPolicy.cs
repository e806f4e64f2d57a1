namespace Understudy.Inference.Tasks;

/// <summary>What a retraining from lessons teaches.</summary>
/// <param name="Students">Names of the release's tiers; null for the linear student alone, in seconds, or the tagger where answers are calls. A neural one goes on from the weights that serve, which takes minutes.</param>
/// <param name="Passes">Of a neural student over the lessons; 1 to 100. A tagger, for which no two passes are the same, makes four of each.</param>
public sealed record RetrainingPolicy(IReadOnlyList<string>? Students = null, int Passes = 3);
