namespace Understudy.Inference.OpenAi;

/// <summary>The models, in OpenAI's form.</summary>
public sealed record ModelList(string Object, IReadOnlyList<ModelCard> Data);
