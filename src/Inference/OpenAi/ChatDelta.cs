using System.Text.Json.Serialization;

namespace Understudy.Inference.OpenAi;

/// <summary>What is new; the first piece says who speaks.</summary>
public sealed record ChatDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content);
