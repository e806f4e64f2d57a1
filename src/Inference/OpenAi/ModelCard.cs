namespace Understudy.Inference.OpenAi;

/// <summary>A model, in OpenAI's form.</summary>
/// <param name="Created">Seconds since 1970.</param>
public sealed record ModelCard(string Id, string Object, long Created, string OwnedBy);
