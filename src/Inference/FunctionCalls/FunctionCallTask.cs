using System.Text.Json;
using Understudy.Inference.Decoding;
using Understudy.Inference.Grammars;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.FunctionCalls;

/// <summary>A generation task for one vocabulary: how a request is asked, and what its answer may be. Thread-safe.</summary>
public sealed class FunctionCallTask
{
    private readonly TextTokenizer _tokenizer;
    private readonly TokenGrammar? _grammar;

    /// <exception cref="GrammarInvalidException">The vocabulary cannot spell what the task's schema asks for.</exception>
    public FunctionCallTask(TaskDefinition task, TextTokenizer tokenizer)
    {
        (_tokenizer, KeptLogprobs) = (tokenizer, task.Lessons.KeptLogprobs);
        _grammar = task.Schema is null ? null : TokenGrammar.FromJsonSchema(JsonSerializer.SerializeToElement(task.Schema), tokenizer);
    }

    public TextTokenizer Tokenizer => _tokenizer;

    /// <summary>Whether answers are JSON, as a schema makes them.</summary>
    public bool IsJson => _grammar is not null;

    /// <summary>Alternatives to each token of the lead's answers that lessons keep; 0 for no log-probabilities.</summary>
    public int KeptLogprobs { get; }

    /// <summary>Tokens that an answer may have, its reason among them: half of a model's context. The other half is the prompt's.</summary>
    public static int LongestAnswer(int context) => context / 2;

    /// <param name="longest">Tokens; a longer request loses its end.</param>
    /// <exception cref="TokenizerInvalidException">The tokenizer has no markers for requests.</exception>
    public int[] Prompt(string request, int longest = int.MaxValue) => FunctionCallPrompt.Encode(_tokenizer, request, longest);

    /// <summary>A text as an answer's tokens, with the end.</summary>
    public int[] Answer(string text) => [.. _tokenizer.Encode(text), .. _tokenizer.EndOfText is { } end ? [end] : Array.Empty<int>()];

    /// <summary>Whether a text is an answer to a request as the task's schema allows it.</summary>
    public bool Accepts(string request, string text) => Fault(request, text) is null;

    /// <summary>Where a text stops being an answer that the task's schema allows; null for one that is, and for a task without a schema. It ends in logs, so it quotes nothing.</summary>
    public string? Fault(string request, string text)
    {
        if (_grammar is null)
        {
            return null;
        }

        var (tokens, grammar) = (_tokenizer.Encode(text), _grammar.ForInput(request));
        var cursor = grammar.Begin(int.MaxValue); // the text is there: room for another end does not matter
        var good = 0;
        while (good < tokens.Length && !cursor.HasEnded && cursor.TryAdvance(tokens[good]))
        {
            good++;
        }

        // A number, say, may end here or go on.
        var ended = cursor.HasEnded || (good == tokens.Length && _tokenizer.EndOfText is { } end && cursor.TryAdvance(end));
        return good == tokens.Length && ended ? null
            : good == tokens.Length ? "it ends before the schema lets it"
            : $"the schema does not allow what begins at character {_tokenizer.Decode(tokens.AsSpan(0, good)).Length + 1}";
    }

    /// <summary>Greedy, held to the task's schema, to the end of the answer.</summary>
    public GenerationOptions Options(string request, int maxTokens) => new()
    {
        MaxTokens = maxTokens,
        EndTokens = _tokenizer.EndOfText is { } end ? [end] : [],
        AnswerToken = FunctionCallPrompt.AnswerMarker(_tokenizer),
        Grammar = _grammar?.ForInput(request),
    };
}
