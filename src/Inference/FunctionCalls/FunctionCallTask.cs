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

    /// <summary>Alternatives to each token of the lead's answers that lessons keep; 0 for no log-probabilities.</summary>
    public int KeptLogprobs { get; }

    /// <param name="longest">Tokens; a longer request loses its end.</param>
    /// <exception cref="TokenizerInvalidException">The tokenizer has no markers for requests.</exception>
    public int[] Prompt(string request, int longest = int.MaxValue) => FunctionCallPrompt.Encode(_tokenizer, request, longest);

    /// <summary>A text as an answer's tokens, with the end.</summary>
    public int[] Answer(string text) => [.. _tokenizer.Encode(text), .. _tokenizer.EndOfText is { } end ? [end] : Array.Empty<int>()];

    /// <summary>Whether a text is an answer to a request as the task's schema allows it.</summary>
    public bool Accepts(string request, string text)
    {
        if (_grammar is null)
        {
            return true;
        }

        var (tokens, grammar) = (_tokenizer.Encode(text), _grammar.ForInput(request));
        var cursor = grammar.Begin(Math.Max(tokens.Length, grammar.ShortestTokens));
        return tokens.All(cursor.TryAdvance) && cursor.HasEnded;
    }

    /// <summary>Greedy, held to the task's schema, to the end of the call.</summary>
    public GenerationOptions Options(string request, int maxTokens) => new()
    {
        MaxTokens = maxTokens,
        EndTokens = _tokenizer.EndOfText is { } end ? [end] : [],
        Grammar = _grammar?.ForInput(request),
    };
}
