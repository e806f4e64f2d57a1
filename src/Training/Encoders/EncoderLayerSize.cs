namespace Understudy.Training.Encoders;

/// <summary>What one layer has, where layers differ.</summary>
/// <param name="Heads">Attention heads; as wide as in the whole layer.</param>
/// <param name="FeedForward">Width inside the feed-forward block.</param>
internal sealed record EncoderLayerSize(int Heads, int FeedForward);
