using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Tests;
using Understudy.Training.Onnx;

namespace Understudy.Verifier.Tests.LanguageModels;

/// <summary>A release of a generation task in the models folder, as the trainer writes it.</summary>
public sealed class ReleaseTests
{
    private const string Task = "calls";

    [Fact]
    public async Task Release_InTheModelsFolder_ServesItsLeadItsDraftAndTheTask()
    {
        var folder = "";
        await using var verifier = await RunningVerifier.StartAsync(models => Write(folder = models));
        var list = JsonNode.Parse(await verifier.Http.GetStringAsync("/v1/models", TestContext.Current.CancellationToken))!;
        Assert.Equal([Task, "draft", "lead", "tiny"], list["data"]!.AsArray().Select(card => (string)card!["id"]!));
        Assert.Equal(HttpStatusCode.OK, (await verifier.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode);

        // The draft goes ahead of the lead, which changes nothing in what it writes; the last request of the user is the prompt.
        using var reference = LanguageModel.Load(Path.Combine(folder, Task, "v1", "lead.onnx"));
        using var expected = reference.Generate(
            FunctionCallPrompt.Encode(reference.Tokenizer, "the cat sat"), new() { MaxTokens = 40, EndTokens = [reference.Tokenizer.EndOfText!.Value] });
        expected.Run(TestContext.Current.CancellationToken);
        foreach (var model in (string[])[Task, "lead"])
        {
            var answer = await verifier.AskAsync("/v1/chat/completions", $$"""{"model":"{{model}}","messages":[{"role":"user","content":"no"},{"role":"user","content":" the  cat sat "}],"temperature":0,"max_tokens":40}""");
            Assert.Equal(expected.Text, (string?)answer["choices"]![0]!["message"]!["content"]);
        }

        using var none = await verifier.PostAsync("/v1/chat/completions", """{"model":"lead","messages":[{"role":"system","content":"a"}]}""");
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        Assert.Contains("role 'user'", await none.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_GraphThatCannotScoreTreesWithADraft_LeavesTheDraftUnread()
    {
        using var folder = new TemporaryFolder();
        var path = TinyModels.Write(folder.At("chain"), family: DecoderFamily.HuggingFace);
        var draft = folder.At("draft.onnx");
        await File.WriteAllTextAsync(draft, "no model", TestContext.Current.CancellationToken);

        await using var verifier = await RunningVerifier.StartAsync($"--Serve:chain:Path={path}", $"--Serve:chain:Draft={draft}");

        var answer = await verifier.AskAsync("/v1/completions", """{"model":"chain","prompt":"the cat","temperature":0,"max_tokens":4}""");
        Assert.Equal(4, (int)answer["usage"]!["completion_tokens"]!);
    }

    [Fact]
    public async Task Release_WhoseModelsGiveReasons_ChatsInAnswersAlone()
    {
        var folder = "";
        await using var verifier = await RunningVerifier.StartAsync(models => Write(folder = models, FunctionCallPrompt.SpecialTokensWithReasons, labels: []));
        using var reference = LanguageModel.Load(Path.Combine(folder, Task, "v1", "lead.onnx"));
        using var expected = reference.Generate(
            FunctionCallPrompt.Encode(reference.Tokenizer, "the cat sat"),
            new() { MaxTokens = 40, EndTokens = [reference.Tokenizer.EndOfText!.Value], AnswerToken = FunctionCallPrompt.AnswerMarker(reference.Tokenizer) });
        expected.Run(TestContext.Current.CancellationToken);

        var answer = await verifier.AskAsync("/v1/chat/completions", $$"""{"model":"{{Task}}","messages":[{"role":"user","content":"the cat sat"}],"temperature":0,"max_tokens":40,"logprobs":true}""");

        Assert.NotEmpty(expected.Reason!);
        Assert.Equal(expected.Text, (string?)answer["choices"]![0]!["message"]!["content"]);
        Assert.Equal(expected.Tokens.Length, (int)answer["usage"]!["completion_tokens"]!);
        Assert.InRange(answer["choices"]![0]!["logprobs"]!["content"]!.AsArray().Count, 1, expected.Tokens.Length / 2); // of the answer's tokens, a quarter of the room
    }

    [Fact]
    public async Task Release_Damaged_IsNamedByTheProbeAndTheOthersServe()
    {
        await using var verifier = await RunningVerifier.StartAsync(models =>
        {
            Write(models);
            File.WriteAllText(Path.Combine(models, Task, "v1", "lead.onnx"), "no model");
        });
        using var ready = await verifier.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("lead.onnx", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.NotNull(await verifier.AskAsync("/v1/completions", Scheduling.SharingTests.Request(3)));
    }

    private static void Write(string models) => Write(models, FunctionCallPrompt.SpecialTokens, ["Sit", "Stand"]);

    private static void Write(string models, IReadOnlyList<string> specialTokens, IReadOnlyList<string> labels)
    {
        var folder = Path.Combine(models, Task, "v1");
        TinyModels.Write(folder, name: "lead.onnx", specialTokens: specialTokens);
        TinyModels.Write(folder, seed: 2, name: "draft.onnx", specialTokens: specialTokens);
        var task = new TaskDefinition { Name = Task, Kind = "generation", Labels = labels, Instruction = "Turn the request into a call.", Metric = "exact-match" };
        File.WriteAllText(Path.Combine(models, Task, "task.json"), JsonSerializer.Serialize(task, JsonSerializerOptions.Web));
        ReleaseWriter.Write(folder, new()
        {
            Task = Task,
            Version = "v1",
            CreatedAt = DateTimeOffset.UnixEpoch,
            Kind = task.Kind,
            Labels = task.Labels,
            Guarantee = new(0.01, 0.05),
            Thresholds = new(),
            Tiers = [Tier("draft", "student"), Tier("lead", "lead")],
        });
        using var catalog = new ReleaseCatalog(models);
        catalog.PromoteAsync(Task, "v1").GetAwaiter().GetResult();
    }

    private static TierManifest Tier(string name, string role) =>
        new() { Name = name, Role = role, Kind = TierManifest.Decoder, Model = name + ".onnx", Tokenizer = "tokenizer.json", MaxTokens = 640 };
}
