using Understudy.Inference.Decoding;
using Understudy.Inference.Tokenization;
using Understudy.Verifier.OpenAi;

namespace Understudy.Verifier.Tests.OpenAi;

public sealed class LogProbabilityListTests
{
    private static readonly TextTokenizer Tokenizer = BpeTrainer.Train(["the cat"], new() { Vocabulary = 257, SpecialTokens = [BpeTraining.EndOfTextToken] });

    private readonly LogProbabilityList _list = new(Tokenizer.Encode("the"), Tokenizer, [Tokenizer.EndOfText!.Value]);

    /// <summary>The stop string "cat!" is begun in one pass and completed in another.</summary>
    [Fact]
    public void Take_StopStringOverSeveralPasses_LeavesOutWhatItSwallowed()
    {
        Add("a cat", 2);
        Add("!", 2);
        var taken = _list.Take();
        Assert.Equal(["a", " "], taken.Tokens);
        Assert.Equal([0, 1], taken.TextOffset);
    }

    [Fact]
    public void Take_WhileAStopStringIsBegun_WaitsForItsTokens()
    {
        Add("a ca", 2);
        Assert.Equal(["a", " "], _list.TakeForChat().Content.Select(token => token.Token));
        Add("r", 5);
        var taken = _list.Take();
        Assert.Equal(["c", "a", "r"], taken.Tokens);
        Assert.Equal([2, 3, 4], taken.TextOffset);
        Assert.Empty(_list.Take().Tokens);
    }

    private void Add(string text, int certain) => _list.Add(Tokenizer.Encode(text).Select(token => new GeneratedToken(token, -1, [])), certain);
}
