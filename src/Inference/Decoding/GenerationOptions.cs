using Understudy.Inference.Grammars;

namespace Understudy.Inference.Decoding;

/// <summary>What is generated, and how.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most output tokens, an end token among them.</summary>
    public int MaxTokens { get; init; } = 256;

    public SamplingOptions Sampling { get; init; } = SamplingOptions.Greedy;

    /// <summary>Tokens that end the output; an end token is not part of the text.</summary>
    public IReadOnlyList<int> EndTokens { get; init; } = [];

    /// <summary>Texts that end the output; neither they nor what follows is part of it.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>
    /// The token that a model writes between its reason and its answer, where it was taught to give one; null for a model that answers at once. The
    /// text, and what <see cref="Stop"/> and <see cref="Grammar"/> speak of, is the answer alone. A reason that would leave the answer no room is cut;
    /// where there is room for one token alone none is written.
    /// </summary>
    public int? AnswerToken { get; init; }

    /// <summary>What the output may be; null for anything.</summary>
    public TokenGrammar? Grammar { get; init; }

    /// <summary>Alternatives whose log-probabilities are given beside each token's own, 0 … 20; null for no log-probabilities at all.</summary>
    public int? LogProbabilities { get; init; }

    /// <exception cref="GenerationOptionsInvalidException">With everything that is out of its limits.</exception>
    public void Validate()
    {
        var problems = Sampling.Problems().ToList();
        if (MaxTokens < 1)
        {
            problems.Add($"MaxTokens is {MaxTokens}; it must be at least 1");
        }

        if (LogProbabilities is < 0 or > 20)
        {
            problems.Add($"LogProbabilities is {LogProbabilities}; it must be from 0 to 20");
        }

        if (Stop.Any(string.IsNullOrEmpty))
        {
            problems.Add("Stop has an empty text; leave it out");
        }

        if (problems.Count > 0)
        {
            throw new GenerationOptionsInvalidException(problems);
        }
    }
}
