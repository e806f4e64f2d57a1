using System.Text.Json;
using System.Text.Json.Serialization;

namespace Understudy.Inference.OpenAi;

/// <summary>An answer or a piece of one, in OpenAI's form; <typeparamref name="TChoice"/> says of what.</summary>
/// <param name="Id">The same for every piece of one answer.</param>
/// <param name="Object">OpenAI's word for what this is.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">As the caller named it.</param>
/// <param name="Choices">None in the piece of a stream that holds the usage.</param>
/// <param name="Usage">Left out where it is null.</param>
public sealed record Answer<TChoice>(
    string Id, string Object, long Created, string Model, IReadOnlyList<TChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Usage? Usage)
{
    /// <summary>The receipt of the answer, which OpenAI's form does not have; left out where it is null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Receipt { get; init; }
}
