using Understudy.Training.Compression;
using Understudy.Training.Distillation;
using Understudy.Training.Onnx;
using Understudy.Training.Recipes;

namespace Understudy.Training.Tests.Recipes;

public sealed class CompressedModelTests
{
    private static readonly CompressedModel Whole = Way(EncoderPrecision.Float32, 0.95, 1600);

    [Fact]
    public void Choose_SmallerForLittle_KeepsTheBestQuality()
    {
        var chosen = CompressedModel.Choose([Way(EncoderPrecision.Int8, 0.949, 400), Way(EncoderPrecision.Int4, 0.947, 200), Way(EncoderPrecision.Int4, 0.93, 100)], Whole, mostLost: 1);

        // log2 4 - 0.1 = 1.9, log2 8 - 0.3 = 2.7, log2 16 - 2 = 2.
        Assert.Equal([false, true, false], chosen.Select(way => way.Chosen));
        Assert.All(chosen, way => Assert.True(way.OnFront));
    }

    [Fact]
    public void Choose_EachLosesTooMuch_KeepsTheOneThatLosesLeast()
    {
        var chosen = CompressedModel.Choose([Way(EncoderPrecision.Int4, 0.90, 100), Way(EncoderPrecision.Int8, 0.93, 400), Way(EncoderPrecision.Int8, 0.93, 300)], Whole, mostLost: 1);

        Assert.Equal([false, false, true], chosen.Select(way => way.Chosen));
        Assert.Equal([true, false, true], chosen.Select(way => way.OnFront));
    }

    [Fact]
    public void Choose_TaskMeasuredByMacroF1_GoesByThat()
    {
        var whole = Whole with { MacroF1 = 0.9 };

        var chosen = CompressedModel.Choose(
            [Way(EncoderPrecision.Int8, 0.949, 400) with { MacroF1 = 0.899 }, Way(EncoderPrecision.Int4, 0.949, 200) with { MacroF1 = 0.7 }, Way(EncoderPrecision.Int8, 0.95, 500) with { MacroF1 = 0.89 }], whole, mostLost: 1);

        Assert.Equal([true, false, false], chosen.Select(way => way.Chosen));
        Assert.Equal([true, true, false], chosen.Select(way => way.OnFront));
    }

    [Theory]
    [InlineData("kept", 0.0, 1.0, 3)]
    [InlineData("kept", 1.5, 1.0, 3)]
    [InlineData("ngrams", 1.0, 0.3, 3)]
    [InlineData("ngrams", 1.0, 2.0, 3)]
    [InlineData("passes", 1.0, 1.0, 0)]
    public void Check_OutOfRange_NamesTheField(string field, double kept, double ngrams, int passes)
    {
        var recipe = new Recipe { Task = "own", Compression = new Dictionary<string, CompressionChoices> { ["lead"] = new() { Kept = [kept], Ngrams = [ngrams], Passes = passes } } };

        Assert.Contains($"'compression.lead.{field}'", Assert.Throws<RecipeInvalidException>(() => RecipeRules.Check(recipe)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ManyProblems_ListsThemAll()
    {
        var recipe = new Recipe
        {
            Task = "own",
            Novelty = 2,
            NewInputs = -1,
            SmallStart = StudentStart.Shared,
            SmallPretraining = new() { Epochs = 0 },
            Compression = new Dictionary<string, CompressionChoices> { ["large"] = new(), ["small"] = new() { Kept = [0.5], Ngrams = [0.5], Precisions = [] } },
        };

        var message = Assert.Throws<RecipeInvalidException>(() => RecipeRules.Check(recipe)).Message;

        Assert.All(["'novelty'", "'newInputs'", "'smallPretraining.epochs'", "'large'", "an empty list", "'smallStart' is 'shared'", "for the lead alone"], problem => Assert.Contains(problem, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Check_TrainingsWithSeedsOfTheirOwn_NamesThem()
    {
        var recipe = new Recipe { Task = "own", Seed = 5 };
        RecipeRules.Check(recipe);

        var message = Assert.Throws<RecipeInvalidException>(() => RecipeRules.Check(
            recipe with { Lead = recipe.Lead with { Seed = 5 }, LeadLinear = new() { Seed = 6 }, Small = recipe.Small with { Seed = 7 }, Linear = new() { Seed = 8 } })).Message;

        Assert.All(["'lead' has a 'seed' of its own, 5", "'leadLinear'", "'small'", "'linear'"], problem => Assert.Contains(problem, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_CompressionByName_IsRead()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """{"task":"own","novelty":0.7,"smallPretraining":{"epochs":1},"small":{"attentionWeight":2},"compression":{"lead":{"precisions":["int8","int4"],"kept":[1,0.5],"ngrams":[0.125]}}}""");

            var recipe = Recipe.Load(path);

            Assert.Equal([EncoderPrecision.Int8, EncoderPrecision.Int4], recipe.Compression["lead"].Precisions);
            Assert.Equal((0.7, 1, 2.0), (recipe.Novelty, recipe.SmallPretraining!.Epochs, recipe.Small.AttentionWeight));
            RecipeRules.Check(recipe);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static CompressedModel Way(EncoderPrecision precision, double accuracy, long bytes) =>
        new(precision, 1, null, 10, accuracy, bytes, 1, QualityScore.Of(1600.0 / bytes, 100 * (0.95 - accuracy)), 0);
}
