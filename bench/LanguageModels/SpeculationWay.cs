namespace Understudy.Bench.LanguageModels;

/// <summary>One way of decoding a set of prompts.</summary>
/// <param name="Ahead">What went ahead of the lead; <see cref="Plain"/> for nothing.</param>
/// <param name="Identical">Prompts whose output is plain decoding's, token for token.</param>
/// <param name="Tokens">Output tokens but the first of each prompt, which comes with the prompt.</param>
/// <param name="Forwards">Passes of the lead after the prompt's.</param>
/// <param name="Speedup">Time of plain decoding over this one's, in turns on the same prompts; the prompts' own passes left out.</param>
/// <param name="AcceptedLength">What a pass gives with its own token, before an output's end cuts it off.</param>
/// <param name="TokensPerForward">Output tokens a pass.</param>
/// <param name="DraftMsPerToken">In what goes ahead.</param>
/// <param name="VerifyMsPerToken">In passes of the lead.</param>
internal sealed record SpeculationWay(
    string Set, string Ahead, int Prompts, int Identical, long Tokens, int Forwards, double TokensPerSecond, double Speedup,
    double AcceptedLength, double TokensPerForward, double DraftMsPerToken, double VerifyMsPerToken)
{
    /// <summary>Token by token.</summary>
    public const string Plain = "plain";

    /// <summary>The same once more, for how far two equal ways are apart on this machine now.</summary>
    public const string PlainAgain = "plain again";

    public bool IsPlain => Ahead is Plain or PlainAgain;

    /// <summary>The names of what went ahead.</summary>
    public string[] Proposers => IsPlain ? [] : Ahead.Split(" + ");
}
