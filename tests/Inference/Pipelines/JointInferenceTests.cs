using System.Text.Json;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tests.Releases;

namespace Understudy.Inference.Tests.Pipelines;

public sealed class JointInferenceTests : IAsyncLifetime
{
    private const string Task = ModelsFolder.Task;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly ModelsFolder _models = new();
    private readonly ReleaseCatalog _catalog;
    private readonly JointInference _inference;

    public JointInferenceTests()
    {
        _models.WriteRelease("1.0");
        _catalog = new(_models.Root);
        _inference = new(_catalog);
    }

    public async ValueTask InitializeAsync() => await _catalog.PromoteAsync(Task, "1.0");

    [Theory]
    [InlineData("ham", "ham", "small", 1)]
    [InlineData("spam", "spam", "small", 1)]
    [InlineData("maybe", "spam", "medium", 2)]
    [InlineData("hmm", "spam", "lead", 3)]
    [InlineData("", "ham", "lead", 3)]
    public async Task InferAsync_OneInput_IsAnsweredByTheFirstTierThatIsSure(string text, string label, string tier, int asked)
    {
        var answer = Assert.Single(await _inference.InferAsync(Task, [new("x", text)]));
        Assert.Equal(("x", label, tier), (answer.Id, answer.Label, answer.Receipt.AnsweredBy));
        Assert.Equal(asked, answer.Receipt.Tiers.Count);
        Assert.Equal(1, answer.Probabilities.Values.Sum(), 1e-6);
        Assert.Equal(answer.Probabilities[label], answer.Confidence, 1e-6);
        Assert.Equal(["compress", "cascade", "verify", "stack"], answer.Receipt.Stages.Select(s => s.Name));
    }

    [Fact]
    public async Task InferAsync_ManyInputs_AnswersInOrder()
    {
        string[] words = ["ham", "spam", "maybe", "hmm"];
        var inputs = Enumerable.Range(0, 1000).Select(i => new InferenceInput($"{i}", string.Join(' ', Enumerable.Repeat(words[i * 7 % 4], 1 + (i % 9))))).ToList();
        var answers = await _inference.InferAsync(Task, inputs);
        Assert.Equal(inputs.Select(i => i.Id), answers.Select(a => a.Id));
        Assert.Equal(inputs.Select(i => i.Text.StartsWith("ham") ? "ham" : "spam"), answers.Select(a => a.Label));
    }

    [Fact]
    public async Task InferAsync_NoInputs_NoAnswers() => Assert.Empty(await _inference.InferAsync(Task, []));

    [Fact]
    public async Task InferAsync_Cancelled_Throws() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        () => _inference.InferAsync(Task, [new("x", "ham")], new CancellationToken(canceled: true)));

    [Fact]
    public async Task InferAsync_NamedRelease_AnswersFromIt()
    {
        _models.WriteRelease("2.0");
        var answer = Assert.Single(await _inference.InferAsync(Task, [new("x", "ham")], CancellationToken.None, "2.0"));
        Assert.Equal("2.0", answer.Receipt.Release);
    }

    [Fact]
    public async Task Stages_CarriedAsJson_GiveWhatTheDirectPathGives()
    {
        string[] words = ["ham", "spam", "maybe", "hmm", ""];
        var direct = await _inference.InferAsync(Task, [.. words.Select((w, i) => new InferenceInput($"{i}", w))]);
        using var lease = _catalog.Acquire(Task);
        IReadOnlyList<PipelineItem> items = [.. words.Select((w, i) => new PipelineItem { Id = $"{i}", Input = w })];
        foreach (var stage in new Func<Release, IReadOnlyList<PipelineItem>, Task<IReadOnlyList<PipelineItem>>>[]
                 { (release, all) => System.Threading.Tasks.Task.FromResult(_inference.Compress(release, all)), (release, all) => _inference.CascadeAsync(release, all), (release, all) => _inference.VerifyAsync(release, all) })
        {
            items = JsonSerializer.Deserialize<List<PipelineItem>>(JsonSerializer.Serialize(await stage(lease.Release, items), Json), Json)!;
        }

        var staged = _inference.Stack(lease.Release, items);
        Assert.Equal(direct.Select(a => (a.Id, a.Label, a.Confidence, a.Receipt.AnsweredBy)), staged.Select(a => (a.Id, a.Label, a.Confidence, a.Receipt.AnsweredBy)));
        var back = JsonSerializer.Deserialize<List<Answer>>(JsonSerializer.Serialize(staged, Json), Json)!;
        Assert.Equal(staged.Select(a => a.Receipt.Describe()), back.Select(a => a.Receipt.Describe()));
    }

    [Fact]
    public void Stack_WithoutVotes_SaysWhichStagesAreMissing()
    {
        using var lease = _catalog.Acquire(Task);
        var error = Assert.Throws<InvalidOperationException>(() => _inference.Stack(lease.Release, [new() { Id = "x", Input = "ham" }]));
        Assert.Contains("'x'", error.Message);
    }

    [Fact]
    public async Task InferAsync_MailTask_ReadsTheRenderedMail()
    {
        _models.WriteRelease("3.0", input: "mail");
        const string Mail = "From: a@example.org\r\nTo: b@example.org\r\nSubject: maybe\r\nX-Spam-Flag: YES\r\n\r\nhmm\r\n";
        using var lease = _catalog.Acquire(Task, "3.0");
        var item = Assert.Single(_inference.Compress(lease.Release, [new() { Id = "x", Input = Mail }]));
        Assert.Contains("subject: maybe", item.CompressedInput);
        Assert.DoesNotContain("YES", item.CompressedInput);
        Assert.Equal(item.CompressedInput, Assert.Single(_inference.Compress(lease.Release, [item])).CompressedInput);
        Assert.Single(await _inference.InferAsync(Task, [new("x", Mail)], CancellationToken.None, "3.0"));
    }

    public ValueTask DisposeAsync()
    {
        _catalog.Dispose();
        _models.Dispose();
        return ValueTask.CompletedTask;
    }
}
