using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Tests;

namespace Understudy.Inference.Tests.Releases;

/// <summary>Releases of language models, served by the pipeline.</summary>
public sealed class GenerationReleaseTests : IDisposable
{
    private readonly string _models = Directory.CreateTempSubdirectory("understudy").FullName;

    public void Dispose() => Directory.Delete(_models, recursive: true);

    [Fact]
    public async Task Infer_NobodyMeasuredTheDraft_TheLeadAnswersWithinTheSchema()
    {
        await TestCalls.WriteAsync(_models);
        var answer = await InferAsync("call anna");
        Assert.True(FunctionCall.TryParse(answer.Completion!, out var call), answer.Completion);
        Assert.Contains(call!.Intent, (string[])["Call", "Text"]);
        Assert.Equal("lead", answer.Receipt.AnsweredBy);
        var tokens = Assert.Single(answer.Receipt.Tiers).Tokens!;
        Assert.InRange(tokens.Passes, 1, tokens.Completion);
        Assert.InRange(answer.Confidence, 1e-6, 1);
        Assert.True(answer.Receipt.LeadMilliseconds > 0);
    }

    [Theory]
    [InlineData(0.0, "draft")]
    [InlineData(1.0, "lead")]
    public async Task Infer_ThresholdChosen_TheDraftAnswersOrGoesAhead(double threshold, string answeredBy)
    {
        await TestCalls.WriteAsync(_models, threshold: threshold);
        var answer = await InferAsync("call anna");
        Assert.Equal(answeredBy, answer.Receipt.AnsweredBy);
        Assert.Equal("draft", answer.Receipt.Tiers[0].Tier);
        Assert.Equal(answeredBy == "lead", answer.Receipt.Tiers.Count == 2);
    }

    [Fact]
    public async Task Infer_WithAndWithoutTheDraftsText_WritesTheSame()
    {
        await TestCalls.WriteAsync(_models, threshold: 1);
        var verified = await InferAsync("text bert and carl");
        Directory.Delete(Path.Combine(_models, TestCalls.Task), recursive: true);
        await TestCalls.WriteAsync(_models, draft: false);
        Assert.Equal((await InferAsync("text bert and carl")).Completion, verified.Completion);
    }

    [Fact]
    public async Task Infer_InputLongerThanTheContext_IsAnsweredAllTheSame()
    {
        await TestCalls.WriteAsync(_models);
        Assert.True(FunctionCall.TryParse((await InferAsync(string.Concat(Enumerable.Repeat("call anna ", 500)))).Completion!, out _));
    }

    [Fact]
    public async Task Infer_ManyAtOnce_EachHasItsAnswer()
    {
        await TestCalls.WriteAsync(_models);
        using var catalog = new ReleaseCatalog(_models);
        var inference = new JointInference(catalog);
        var alone = await inference.InferAsync(TestCalls.Task, [new("0", "call anna"), new("1", "text bert")]);
        var together = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => inference.InferAsync(TestCalls.Task, [new("x", i % 2 == 0 ? "call anna" : "text bert")])));
        Assert.All(together, (answers, i) => Assert.Equal(alone[i % 2].Completion, Assert.Single(answers).Completion));
    }

    [Fact]
    public async Task Acquire_DraftOfAnotherVocabulary_NamesTheTier()
    {
        await TestCalls.WriteAsync(_models);
        var folder = Path.Combine(_models, TestCalls.Task, TestCalls.Version);
        var problems = ReleaseValidator.Validate(folder);
        Assert.Empty(problems);
        File.WriteAllBytes(Path.Combine(folder, "draft.onnx"), [1, 2, 3]);
        Assert.Contains(ReleaseValidator.Validate(folder), problem => problem.StartsWith("draft.onnx:", StringComparison.Ordinal));
    }

    private async Task<Answer> InferAsync(string text)
    {
        using var catalog = new ReleaseCatalog(_models);
        return Assert.Single(await new JointInference(catalog).InferAsync(TestCalls.Task, [new("x", text)]));
    }
}
