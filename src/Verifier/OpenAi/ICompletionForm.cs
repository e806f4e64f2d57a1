using System.Text;
using Understudy.Inference.OpenAi;
using Understudy.Verifier.Generations;

namespace Understudy.Verifier.OpenAi;

/// <summary>How the answers of one kind of request look.</summary>
internal interface ICompletionForm
{
    /// <summary>For metrics: <c>chat</c> or <c>text_completion</c>.</summary>
    string Operation { get; }

    /// <summary>The whole answer.</summary>
    object Whole(CompletionHead head, IReadOnlyList<Output> outputs, Usage usage);

    /// <summary>What opens a choice of a stream; null for nothing.</summary>
    object? Opening(CompletionHead head, int index);

    /// <summary>A piece of a stream.</summary>
    object Piece(CompletionHead head, int index, string text, LogProbabilityList? logProbabilities, string? finish);

    /// <summary>What closes a stream whose caller asked for the usage.</summary>
    object Closing(CompletionHead head, Usage usage);

    /// <summary>A finished output.</summary>
    internal sealed record Output(StringBuilder Text, LogProbabilityList? LogProbabilities, GenerationStep Last);
}
