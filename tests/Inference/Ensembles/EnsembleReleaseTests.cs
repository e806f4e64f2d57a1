using System.Text.Json;
using System.Text.Json.Nodes;
using Understudy.Inference.Cascades;
using Understudy.Inference.Ensembles;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tests.Pipelines;
using Understudy.Inference.Tests.Releases;

namespace Understudy.Inference.Tests.Ensembles;

/// <summary>Ensembles in a release: written, checked, served.</summary>
public sealed class EnsembleReleaseTests : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly EnsembleParameters Stack = new()
    {
        Weights = [0.4, 0.3, 0.3],
        Biases = [0.5, -0.5],
        MissingWeights = [[0, 0.1, 0.1], [0.2, 0, 0], [0.1, 0.2, 0]],
        MissingBiases = [[0, 0], [0.25, 0], [0, -0.125]],
    };

    private readonly ModelsFolder _models = new();

    [Fact]
    public void Validate_NoEnsembleField_IsLast()
    {
        _models.WriteRelease("1.0");
        _models.Edit("1.0", m =>
        {
            m.Remove("ensemble");
            m.Remove("ensembleParameters");
        });
        Assert.Empty(ReleaseValidator.Validate(_models.Folder("1.0")));
        using var release = Release.Load(_models.Folder("1.0"));
        Assert.Equal("last", release.Manifest.Ensemble);
        Assert.Null(release.Ensemble);
    }

    [Fact]
    public void Load_StackInTheManifest_IsWhatWasWritten()
    {
        _models.WriteRelease("1.0");
        _models.Edit("1.0", m => (m["ensemble"], m["ensembleParameters"]) = ("stack", JsonSerializer.SerializeToNode(Stack, Json)));
        Assert.Empty(ReleaseValidator.Validate(_models.Folder("1.0")));
        using var release = Release.Load(_models.Folder("1.0"));
        Assert.Equal("stack", release.Ensemble!.Name);
        Assert.Equal(JsonSerializer.Serialize(Stack, Json), JsonSerializer.Serialize(release.Manifest.EnsembleParameters, Json));
    }

    [Theory]
    [InlineData("boost", null, "ensemble is 'boost'. Use 'last' or 'average' or 'vote' or 'stack'.")]
    [InlineData("average", null, "ensembleParameters is missing; the ensemble 'average' needs it. Fit the ensemble again: understudy calibrate --ensemble.")]
    [InlineData("vote", """{"weights":[1,0,0]}""", "ensembleParameters is given, and the ensemble 'vote' has none. Remove it")]
    [InlineData("average", """{"weights":[0.5,0.5]}""", "ensembleParameters.weights has 2 numbers; it must have 3, one for each tier. Fit")]
    [InlineData("average", """{"weights":[0.5,0.75,-0.25]}""", "ensembleParameters.weights has -0.25; weights of an average must be 0 or more. Fit")]
    [InlineData("average", """{"weights":[0.5,0.5,0.5]}""", "ensembleParameters.weights sum to 1.5; weights of an average must sum to 1. Fit")]
    [InlineData("average", """{"weights":"all"}""", "ensembleParameters.weights must be an array")]
    [InlineData("stack", """{"weights":[1,0,0]}""", "ensembleParameters.biases has 0 numbers; it must have 2, one for each label. Fit")]
    [InlineData("stack", """{"weights":[1,0,0],"biases":[0,0],"missingWeights":[[0,0,0],[0,0],[0,0,0]],"missingBiases":[[0,0],[0,0],[0,0]]}""", "ensembleParameters.missingWeights[1] has 2 numbers; it must have 3")]
    [InlineData("stack", """{"weights":[1,0,0],"biases":[0,0],"missingWeights":[[0,0,0],[0,0,0],[0,0,0]],"missingBiases":[[0,0]]}""", "ensembleParameters.missingBiases has 1 rows; it must have 3, one for each tier. Fit")]
    public void Validate_BadEnsemble_NamesFieldLimitAndRemedy(string ensemble, string? parameters, string problem)
    {
        _models.WriteRelease("1.0");
        _models.Edit("1.0", m => (m["ensemble"], m["ensembleParameters"]) = (ensemble, parameters is null ? null : JsonNode.Parse(parameters)));
        Assert.Contains(ReleaseValidator.Validate(_models.Folder("1.0")), found => found.Contains(problem));
    }

    [Fact]
    public void Write_EnsembleOfTexts_IsRefused()
    {
        List<string> problems = [];
        EnsembleRules.Check(ModelsFolder.Manifest("1.0") with { Kind = "generation", Ensemble = "vote" }, problems);
        Assert.Contains("texts that models write cannot be combined. Use 'last'.", Assert.Single(problems));
    }

    [Fact]
    public async Task Run_EnsembleDiffersFromTheLead_OverridesItAndTheReceiptSaysSo()
    {
        // small and medium say spam at 88 %, the lead ham at 73 %.
        var answer = await RunAsync("average", new() { Weights = [0.4, 0.4, 0.2] }, smallThreshold: 0.99, lead: new FixedClassifier("lead", 1, 0));
        Assert.Equal(("spam", "average", false), (answer.Label, answer.Receipt.AnsweredBy, answer.Receipt.Degraded));
        Assert.Equal((0.8 * 0.880797) + (0.2 * 0.268941), answer.Confidence, 1e-5);
        Assert.Equal(answer.Confidence, answer.Receipt.Confidence);
        Assert.Equal(answer.Confidence, answer.Probabilities["spam"], 1e-9);
        var stage = answer.Receipt.Stages[^1];
        Assert.Equal(("stack", "overridden", "the average of small, medium, lead overrides lead: spam, not ham"), (stage.Name, stage.Outcome, stage.Reason));
        Assert.DoesNotContain(answer.Receipt.Tiers, tier => tier.Answered);
        Assert.Contains("The average of small, medium, lead overrides lead: spam, not ham.", answer.Receipt.Describe());
    }

    [Fact]
    public async Task Run_EnsembleAgreesWithTheLead_TheLeadAnswers()
    {
        var answer = await RunAsync("vote", null, smallThreshold: 0.99, lead: new FixedClassifier("lead", 0, 3));
        Assert.Equal(("spam", "lead"), (answer.Label, answer.Receipt.AnsweredBy));
        Assert.Equal("accepted", answer.Receipt.Stages[^1].Outcome);
        Assert.True(answer.Receipt.Tiers[^1].Answered);
    }

    [Fact]
    public async Task Run_OneTierAsked_AnswersAsWithoutAnEnsemble()
    {
        var with = await RunAsync("stack", Stack, smallThreshold: 0.5, lead: new FixedClassifier("lead", 1, 0));
        var without = await RunAsync("last", null, smallThreshold: 0.5, lead: new FixedClassifier("lead", 1, 0));
        Assert.Equal(("small", with.Confidence), (with.Receipt.AnsweredBy, without.Confidence));
        Assert.Equal("one tier was asked", with.Receipt.Stages[^1].Reason);
    }

    [Fact]
    public async Task Run_LeadAway_TheEnsembleOfTheStudentsAnswersDegraded()
    {
        var answer = await RunAsync("stack", Stack, smallThreshold: 0.99, lead: new FixedClassifier("lead", 1, 0) { Broken = true });
        Assert.True(answer.Receipt.Degraded);
        Assert.Contains("the stack of small, medium", answer.Receipt.Stages[^1].Reason);
    }

    [Fact]
    public async Task InferAsync_Stack_StagesCarriedAsJsonGiveTheSame()
    {
        _models.WriteRelease("1.0");
        _models.Edit("1.0", m => (m["ensemble"], m["ensembleParameters"]) = ("stack", JsonSerializer.SerializeToNode(Stack, Json)));
        using var catalog = new ReleaseCatalog(_models.Root);
        await catalog.PromoteAsync(ModelsFolder.Task, "1.0");
        var inference = new JointInference(catalog);
        string[] words = ["ham", "spam", "maybe", "hmm", ""];
        var direct = await inference.InferAsync(ModelsFolder.Task, [.. words.Select((w, i) => new InferenceInput($"{i}", w))]);
        using var lease = catalog.Acquire(ModelsFolder.Task);
        var items = inference.Compress(lease.Release, [.. words.Select((w, i) => new PipelineItem { Id = $"{i}", Input = w })]);
        items = Carry(await inference.CascadeAsync(lease.Release, Carry(items)));
        items = Carry(await inference.VerifyAsync(lease.Release, items));
        var staged = inference.Stack(lease.Release, items);
        Assert.Equal(direct.Select(a => (a.Id, a.Label, a.Confidence, a.Receipt.AnsweredBy)), staged.Select(a => (a.Id, a.Label, a.Confidence, a.Receipt.AnsweredBy)));
        Assert.Contains(direct, a => a.Receipt.Stages[^1].Reason!.StartsWith("the stack of", StringComparison.Ordinal));

        static IReadOnlyList<PipelineItem> Carry(IReadOnlyList<PipelineItem> items) => JsonSerializer.Deserialize<List<PipelineItem>>(JsonSerializer.Serialize(items, Json), Json)!;
    }

    [Fact]
    public void Choose_EnsembleSpoilsWhatTheLeadHasRight_LetsNoStudentAnswer()
    {
        // Students right and sure in half of the cases; in the others the ensemble turns the lead's right answer into a wrong one.
        var (fine, spoilt) = (Table(null), Table(1));
        Assert.True(ThresholdSearch.Choose(fine, new Guarantee(0.05, 0.1)).Report.Certified);
        var (thresholds, report) = ThresholdSearch.Choose(spoilt, new Guarantee(0.05, 0.1));
        Assert.False(report.Certified);
        Assert.Equal(0, report.Risk);
        Assert.All(thresholds, threshold => Assert.True(threshold > 1));

        static CalibrationTable Table(int? deferred)
        {
            var table = new CalibrationTable(["student"], [1], 10);
            for (var i = 0; i < 200; i++)
            {
                table.Add(new(0, [0], [i % 2 == 0 ? 0.999999 : 0.1], 0) { Deferred = i % 2 == 0 ? null : deferred });
            }

            return table;
        }
    }

    public void Dispose() => _models.Dispose();

    private static async Task<Answer> RunAsync(string ensemble, EnsembleParameters? parameters, double smallThreshold, FixedClassifier lead)
    {
        var inference = new JointInference(new ReleaseCatalog("nowhere"));
        using var release = new Release(
            ModelsFolder.Manifest("1.0") with { Ensemble = ensemble, EnsembleParameters = parameters },
            [new("small", new FixedClassifier("small", 0, 2), 1, smallThreshold, 0.1), new("medium", new FixedClassifier("medium", 0, 2), 1, 0.99, 1)],
            new Tier("lead", lead, 1, 0, 10));
        var items = await inference.CascadeAsync(release, inference.Compress(release, [new() { Id = "x", Input = "?" }]));
        return Assert.Single(inference.Stack(release, await inference.VerifyAsync(release, items)));
    }
}
