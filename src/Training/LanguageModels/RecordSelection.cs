using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Grammars;
using Understudy.Training.Decoders;

namespace Understudy.Training.LanguageModels;

/// <summary>Says which records and calls a model can learn from or be measured on, and why not which others.</summary>
/// <param name="calls">How the task asks, and what its schema allows.</param>
/// <param name="context">Tokens that the models take: half for a request, half for its answer.</param>
/// <param name="readings">How often a request stands in its prompt.</param>
internal sealed class RecordSelection(FunctionCallTask calls, RecordTeaching teaching, int context, int readings)
{
    private readonly int _answer = FunctionCallTask.LongestAnswer(context);

    /// <summary>Why a record cannot be learned from, and what to do; null when it can.</summary>
    public string? Problem(CompletionRecord record) => Measurable(record) ?? (teaching == RecordTeaching.Rationales ? Untaught(record) : null);

    /// <summary>Why a record cannot even be measured on: a rationale is not needed for that.</summary>
    public string? Measurable(CompletionRecord record)
    {
        var row = RecordRows.Of(record, calls.Tokenizer, RecordTeaching.Answers, readings);
        return TooLong("text", row.From, context - _answer)
            ?? TooLong("completion", row.Ids.Length - row.From, _answer)
            ?? Misfit(record);
    }

    /// <summary>Why a request with its call can be neither learned from nor measured on; null when it can.</summary>
    public string? Problem(TaggedRequest request) => FunctionCallRows.Of(request, calls.Tokenizer, readings).Ids.Length is var tokens && tokens <= context ? null
        : $"with its call it takes {tokens:N0} tokens, and the models' context is {context:N0} ('maxTokens'). Shorten it, or give lead and draft more 'maxTokens'.";

    private string? Untaught(CompletionRecord record)
    {
        if (record.Rationale is null)
        {
            return "the record has no 'rationale', and the recipe teaches by rationales. Add one, or set 'teaching' to 'answers'.";
        }

        if (!Rationales.EndsIn(record.Rationale, record.Completion))
        {
            return $"its 'rationale' does not end in the answer '{record.Completion}'. Correct it, or let its last words be the answer.";
        }

        var row = RecordRows.Of(record, calls.Tokenizer, teaching, readings);
        return TooLong("rationale' and 'completion", row.Ids.Length - row.From, _answer);
    }

    private string? Misfit(CompletionRecord record)
    {
        try
        {
            return calls.Fault(record.Text, record.Completion) is { } fault ? $"field 'completion' breaks the task's schema: {fault}. Correct it or the schema." : null;
        }
        catch (GrammarInvalidException error)
        {
            return $"field 'completion' cannot be held to the task's schema: {error.Message}";
        }
    }

    private string? TooLong(string field, int tokens, int limit) => tokens <= limit ? null
        : $"its '{field}' takes {tokens:N0} tokens; the models' context of {context:N0} ('maxTokens') leaves {limit:N0} for that. Shorten it, or give lead and draft more 'maxTokens'.";
}
