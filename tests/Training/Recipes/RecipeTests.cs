using Understudy.Training.Recipes;

namespace Understudy.Training.Tests.Recipes;

public sealed class RecipeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("recipe").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_RecipeFromBeforeStudentsWereJoined_MakesTheReleaseThatItMade()
    {
        var path = Path.Combine(_folder, "recipe.json");
        File.WriteAllText(path, """{"task":"own","small":{"epochs":8}}""");

        var recipe = Recipe.Load(path);

        Assert.Equal((0, false, 8), (recipe.NewInputs, recipe.JoinStudents, recipe.Small.Epochs));
    }

    [Theory]
    [InlineData("""{"task":"own","sead":7}""", "'sead'")]
    [InlineData("""{"task":"own","small":{"epoch":8}}""", "'epoch'")]
    public void Load_FieldThatRecipesDoNotHave_IsRefusedWithItsName(string recipe, string field)
    {
        var path = Path.Combine(_folder, "recipe.json");
        File.WriteAllText(path, recipe);

        Assert.Contains(field, Assert.Throws<RecipeInvalidException>(() => Recipe.Load(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"task":"own","lead":null}""", "$.lead")]
    [InlineData("""{"task":"own","compression":null}""", "$.compression")]
    [InlineData("""{"task":"own","compression":{"small":{"kept":null}}}""", "$.compression.small.kept")]
    public void Load_NullWhereRecipesNeedAValue_IsRefusedWithItsField(string recipe, string field)
    {
        var path = Path.Combine(_folder, "recipe.json");
        File.WriteAllText(path, recipe);

        Assert.Contains(field, Assert.Throws<RecipeInvalidException>(() => Recipe.Load(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(127, 1, "'small.attentionWeight' is 1 and 'leadTokens' is 127; the small student reads 128 tokens")]
    [InlineData(128, 1, null)]
    [InlineData(127, 0, null)]
    public void Check_AttentionOfALeadThatReadsLessThanItsStudent_NamesBothFields(int leadTokens, double weight, string? problem)
    {
        var error = Record.Exception(() => RecipeRules.Check(new() { Task = "own", LeadTokens = leadTokens, LeadTrainingTokens = 64, Small = new() { AttentionWeight = weight } }));

        Assert.Equal(problem is not null, error is RecipeInvalidException);
        Assert.Contains(problem ?? "", error?.Message ?? "", StringComparison.Ordinal);
    }
}
