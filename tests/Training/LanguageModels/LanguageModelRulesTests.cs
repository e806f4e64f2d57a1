using Understudy.Training.Decoders;
using Understudy.Training.LanguageModels;
using Understudy.Training.Recipes;

namespace Understudy.Training.Tests.LanguageModels;

public sealed class LanguageModelRulesTests
{
    private static readonly DecoderRecipe Decoder = new()
    {
        Width = 32,
        Layers = 1,
        Heads = 2,
        KvHeads = 1,
        HeadDim = 16,
        FeedForward = 32,
        Training = new() { TextFirst = 0, TextEvery = 0 },
    };

    private static readonly LanguageModelRecipe Sound = new() { Task = "own", Records = ["train.jsonl"], Calls = "calls.jsonl", Lead = Decoder, Draft = Decoder, Medusa = new(), Refinement = new(), Tagger = new() };

    public static TheoryData<string, Func<LanguageModelRecipe, LanguageModelRecipe>> Bad => new()
    {
        { "'draft.headDim' is 24; it must be a multiple of 16.", recipe => recipe with { Draft = Decoder with { HeadDim = 24 } } },
        { "'lead.headDim' is 0; it must be a multiple of 16.", recipe => recipe with { Lead = Decoder with { HeadDim = 0 } } },
        { "'lead.heads' is 3; it must be a multiple of 'kvHeads'.", recipe => recipe with { Lead = Decoder with { Heads = 3, KvHeads = 2 } } },
        { "'lead.kvHeads' is 0; it must be at least 1.", recipe => recipe with { Lead = Decoder with { KvHeads = 0 } } },
        { "'medusa.heads' is 0; it must be at least 1.", recipe => recipe with { Medusa = recipe.Medusa! with { Heads = 0 } } },
        { "'refinement.rows' is 0; it must be at least 1.", recipe => recipe with { Refinement = recipe.Refinement! with { Rows = 0 } } },
        { "'tagger.heads' is 0; it must be at least 1.", recipe => recipe with { Tagger = recipe.Tagger! with { Heads = 0 } } },
        { "'tagger.embedding' is 0; it must be at least 1.", recipe => recipe with { Tagger = recipe.Tagger! with { Embedding = 0 } } },
        { "'tagger.dropout' is 1; it must be at least 0 and below 1.", recipe => recipe with { Tagger = recipe.Tagger! with { Dropout = 1 } } },
        { "'tagger.epochs' is 0; it must be at least 1.", recipe => recipe with { Tagger = recipe.Tagger! with { Epochs = 0 } } },
        { "'tagger.weight' is 1000; it must be at least 0 and below 1000.", recipe => recipe with { Tagger = recipe.Tagger! with { Weight = 1000 } } },
        { "'tagger.swapValues' is 2; it must be 0 to 1.", recipe => recipe with { Tagger = recipe.Tagger! with { SwapValues = 2 } } },
        { "'lead.training.rate' is 0; it must be above 0.", recipe => recipe with { Lead = Decoder with { Training = Decoder.Training with { Rate = 0 } } } },
        { "'draft.training.clip' is -1; it must be above 0.", recipe => recipe with { Draft = Decoder with { Training = Decoder.Training with { Clip = -1 } } } },
        { "'draft.training.steps' is 0; it must be at least 1.", recipe => recipe with { Draft = Decoder with { Training = Decoder.Training with { Steps = 0 } } } },
        { "'lead.training.readings' is 0; it must be at least 1.", recipe => recipe with { Lead = Decoder with { Training = Decoder.Training with { Readings = 0 } } } },
        { "'lead.furtherTraining[1].decay' is 2; it must be 0 to 1.", recipe => recipe with { Lead = Decoder with { FurtherTraining = [Decoder.Training, Decoder.Training with { Decay = 2 }] } } },
        { "'lead.training.textTokens' is 0; it must be at least 1.", recipe => recipe with { Lead = Decoder with { Training = Decoder.Training with { TextTokens = 0 } } } },
        { "'draft.training.textTokens' is -1; it must be at least 1.", recipe => recipe with { Draft = Decoder with { Training = Decoder.Training with { TextTokens = -1 } } } },
        { "'vocabulary' is 258; it must be at least 259", recipe => recipe with { Vocabulary = 258 } },
        { "'vocabulary' is 259; it must be at least 260", recipe => recipe with { Vocabulary = 259, Teaching = RecordTeaching.Rationales } },
        { "'callWeight' is -1; it must be 0 or more.", recipe => recipe with { CallWeight = -1 } },
        { "'lead.furtherTraining' has an entry that is null.", recipe => recipe with { Lead = Decoder with { FurtherTraining = [null!] } } },
        { "'text' has an entry that is null.", recipe => recipe with { Text = [null!] } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Check_NumberThatCannotBe_NamesTheField(string expected, Func<LanguageModelRecipe, LanguageModelRecipe> change)
    {
        LanguageModelRules.Check(Sound);
        Assert.Contains(expected, Assert.Throws<RecipeInvalidException>(() => LanguageModelRules.Check(change(Sound))).Message, StringComparison.Ordinal);
    }
}
