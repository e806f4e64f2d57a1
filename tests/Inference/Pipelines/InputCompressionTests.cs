using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tests.Releases;

namespace Understudy.Inference.Tests.Pipelines;

public sealed class InputCompressionTests
{
    [Theory]
    [InlineData("one two  three", "head:2", "one two", "compressed")]
    [InlineData("  one two ", "head:2", "  one two ", "passed")]
    [InlineData("", "head:1", "", "passed")]
    [InlineData("one two three", "none", "one two three", "passed")]
    [InlineData("one paragraph alone", "ratio:2", "one paragraph alone", "yielded")]
    public void Apply_Text_IsCutAtAWordOrLeft(string text, string way, string expected, string outcome)
    {
        var (result, what, _) = InputCompression.Of(way).Apply(text);

        Assert.Equal((expected, outcome), (result, what));
    }

    [Fact]
    public void Apply_Ratio_KeepsTheQuestionAndWhatItNeeds()
    {
        const string Prompt = """
            The weather in Lisbon is mild all year. Rain falls mostly in winter.

            The Moonstone was written by Wilkie Collins in 1868. It is about a stolen diamond.

            Bread rises because yeast makes gas. A warm kitchen speeds it up.

            who wrote the moonstone
            """;

        var (text, outcome, reason) = InputCompression.Of("ratio:2").Apply(Prompt);

        Assert.Equal("compressed", outcome);
        Assert.Contains("Wilkie Collins", text, StringComparison.Ordinal);
        Assert.EndsWith("who wrote the moonstone", text, StringComparison.Ordinal);
        Assert.DoesNotContain("yeast", text, StringComparison.Ordinal);
        Assert.Contains("tokens stay", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("head:0")]
    [InlineData("head:-1")]
    [InlineData("head:")]
    [InlineData("ratio:1")]
    [InlineData("ratio:NaN")]
    [InlineData("tail:3")]
    [InlineData("")]
    public void Of_NoSuchWay_SaysWhichThereAre(string way) =>
        Assert.Contains("'head:N'", Assert.Throws<ArgumentException>(() => InputCompression.Of(way)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Infer_ReleaseThatShortens_ItsModelsReadTheRestAndTheReceiptSaysSo()
    {
        using var models = new ModelsFolder();
        models.WriteRelease("1.0");
        models.Edit("1.0", manifest => manifest["compression"] = "head:1");
        using var catalog = new ReleaseCatalog(models.Root);

        var answer = Assert.Single(await new JointInference(catalog).InferAsync(ModelsFolder.Task, [new("x", "ham spam spam spam")], release: "1.0"));

        Assert.Equal("ham", answer.Label);
        Assert.Equal(("compress", "compressed"), (answer.Receipt.Stages[0].Name, answer.Receipt.Stages[0].Outcome));
    }

    [Fact]
    public async Task Infer_TaskThatShortens_TheReleasesOwnWayComesFirst()
    {
        using var models = new ModelsFolder();
        models.WriteRelease("1.0");
        models.WriteRelease("2.0");
        models.Edit("2.0", manifest => manifest["compression"] = "head:2");
        var task = Path.Combine(models.Root, ModelsFolder.Task, "task.json");
        await File.WriteAllTextAsync(task, (await File.ReadAllTextAsync(task)).Replace("\"input\"", "\"compression\":\"head:1\",\"input\"", StringComparison.Ordinal));
        using var catalog = new ReleaseCatalog(models.Root);

        async Task<string?> ReasonAsync(string release) =>
            Assert.Single(await new JointInference(catalog).InferAsync(ModelsFolder.Task, [new("x", "ham spam spam spam")], release: release)).Receipt.Stages[0].Reason;

        Assert.StartsWith("the first 1 words stay", await ReasonAsync("1.0"));
        Assert.StartsWith("the first 2 words stay", await ReasonAsync("2.0"));
    }

    [Fact]
    public void Load_UnknownWay_IsRefusedByName()
    {
        using var models = new ModelsFolder();
        models.WriteRelease("1.0");
        models.Edit("1.0", manifest => manifest["compression"] = "zip");

        var problem = Assert.Single(Assert.Throws<ReleaseInvalidException>(() => Release.Load(models.Folder("1.0"))).Problems);

        Assert.StartsWith("release.json: compression is 'zip'", problem);
    }
}
