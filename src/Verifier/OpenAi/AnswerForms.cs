using System.Text.Json.Serialization;

namespace Understudy.Verifier.OpenAi;

/// <summary>An answer or a piece of one, in OpenAI's form; <typeparamref name="TChoice"/> says of what.</summary>
/// <param name="Usage">Left out where it is null.</param>
internal sealed record Answer<TChoice>(
    string Id, string Object, long Created, string Model, IReadOnlyList<TChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Usage? Usage);

internal sealed record ChatChoice(int Index, ChatAnswer Message, ChatLogProbabilities? Logprobs, string? FinishReason);

internal sealed record ChatAnswer(string Role, string Content, string? Refusal);

internal sealed record ChatPiece(int Index, ChatDelta Delta, ChatLogProbabilities? Logprobs, string? FinishReason);

/// <summary>What is new; the first piece says who speaks.</summary>
internal sealed record ChatDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content);

/// <summary>An output of a plain completion, or a piece of one.</summary>
internal sealed record TextChoice(int Index, string Text, CompletionLogProbabilities? Logprobs, string? FinishReason);

/// <summary>The models, in OpenAI's form.</summary>
internal sealed record ModelList(string Object, IReadOnlyList<ModelCard> Data);

internal sealed record ModelCard(string Id, string Object, long Created, string OwnedBy);

internal sealed record ErrorBody(ErrorBody.Detail Error)
{
    internal sealed record Detail(string Message, string Type, string? Param, string? Code);
}
