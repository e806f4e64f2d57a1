using Understudy.Inference.Decoding;
using Understudy.Inference.Grammars;
using Understudy.Verifier.LanguageModels;

namespace Understudy.Verifier.OpenAi;

/// <summary>A request of either kind, read and checked.</summary>
internal sealed record CompletionCall
{
    /// <summary>The model as the caller named it.</summary>
    public required string ModelName { get; init; }

    public required ServedModel Model { get; init; }

    /// <summary>One for a chat.</summary>
    public required IReadOnlyList<int[]> Prompts { get; init; }

    public required GenerationOptions Options { get; init; }

    /// <summary>Compiles the schema that the outputs must have; null for none.</summary>
    public Func<TokenGrammar>? Grammar { get; init; }

    /// <summary>Outputs for each prompt.</summary>
    public int Choices { get; init; } = 1;

    public bool Stream { get; init; }

    /// <summary>Whether a stream ends with the usage.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>The call with its schema compiled, which takes long enough to be left to those who have a place.</summary>
    /// <exception cref="GrammarInvalidException">The schema cannot be used.</exception>
    public CompletionCall Compiled() => Grammar is null ? this : this with { Options = Options with { Grammar = Grammar() } };

    /// <summary>The options of one output: with a seed, each draws differently, and the same again.</summary>
    public GenerationOptions OptionsOf(int choice) => Options.Sampling.Seed is { } seed && choice > 0
        ? Options with { Sampling = Options.Sampling with { Seed = unchecked(seed + choice) } }
        : Options;
}
