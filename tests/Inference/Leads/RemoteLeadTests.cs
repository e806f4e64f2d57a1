using System.Text.Json;
using Understudy.Inference.Cascades;
using Understudy.Inference.Leads;
using Understudy.Inference.Leads.Prompts;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tests.Pipelines;
using Understudy.Inference.Tests.Releases;
using Understudy.Tests;

namespace Understudy.Inference.Tests.Leads;

/// <summary>The pipeline with a lead behind OpenAI's API. The students know ham, spam and maybe; "hmm" goes to the lead.</summary>
public sealed class RemoteLeadTests : IAsyncLifetime
{
    private readonly ModelsFolder _models = new();
    private FakeLead _lead = null!;

    public async ValueTask InitializeAsync()
    {
        _lead = await FakeLead.StartAsync();
        _lead.Answer = static _ => "spam";
        _models.WriteRelease("1.0");
    }

    public async ValueTask DisposeAsync()
    {
        await _lead.DisposeAsync();
        _models.Dispose();
    }

    [Fact]
    public async Task Infer_Deferred_TheLeadOverridesAndTheReceiptSaysSo()
    {
        var answer = await InferAsync("hmm");

        Assert.Equal("spam", answer.Label);
        Assert.Equal(0.9, answer.Confidence, 1e-5);
        Assert.Equal("lead", answer.Receipt.AnsweredBy);
        var verify = answer.Receipt.Stages.Single(stage => stage.Name == "verify");
        Assert.Contains(verify.Outcome, (string[])["accepted", "overridden"]);
        Assert.Contains("big", verify.Reason);
        Assert.Equal(40, answer.Receipt.Tiers[^1].Tokens!.Prompt);
    }

    [Fact]
    public async Task Infer_Deferred_TheReceiptComparesWithWhatThisLeadTook()
    {
        var receipt = (await InferAsync("hmm")).Receipt;

        Assert.Equal(receipt.Tiers[^1].Milliseconds, receipt.LeadMilliseconds);
        Assert.Equal(1 - (receipt.ModelMilliseconds / receipt.LeadMilliseconds), receipt.Saving, 1e-12);
    }

    [Theory]
    [InlineData("ham", false)]
    [InlineData("hmm", true)]
    public async Task Infer_LeadDidNotAnswer_TheReceiptNamesNoSaving(string text, bool degraded)
    {
        _lead.Mood = FakeLeadMood.Broken;

        var receipt = (await InferAsync(text)).Receipt;

        Assert.Equal((degraded, 0, 0), (receipt.Degraded, receipt.LeadMilliseconds, receipt.Saving));
        Assert.DoesNotContain("the lead alone", receipt.Describe());
    }

    [Fact]
    public async Task Infer_Deferred_HoldsTheAnswerToTheLabels()
    {
        await InferAsync("hmm");

        var request = Assert.Single(_lead.Requests);
        var schema = request.GetProperty("response_format").GetProperty("json_schema").GetProperty("schema");
        Assert.Equal(["ham", "spam"], schema.GetProperty("properties").GetProperty("label").GetProperty("enum").EnumerateArray().Select(label => label.GetString()));
        Assert.True(request.GetProperty("logprobs").GetBoolean());
        Assert.Equal(20, request.GetProperty("top_logprobs").GetInt32());
        Assert.Equal(0, request.GetProperty("temperature").GetDouble());
    }

    [Fact]
    public async Task Infer_StudentSure_AsksNobody()
    {
        Assert.NotEqual("lead", (await InferAsync("ham")).Receipt.AnsweredBy);
        Assert.Equal(0, _lead.Asked);
    }

    [Fact]
    public async Task Infer_SuperContext_ThePromptHasTheStudentsReceipt()
    {
        await InferAsync("hmm", more: ""","plugin":"supercontext" """);
        Assert.Contains("medium Prediction: ", Question());
    }

    [Fact]
    public async Task Audit_SuperContext_ThePromptDoesNotSayWhatTheStudentSaid()
    {
        Define("", ""","plugin":"supercontext" """);
        using var catalog = new ReleaseCatalog(_models.Root);
        using var leads = new LeadConnections();
        using var lease = catalog.Acquire(ModelsFolder.Task, "1.0");
        var inference = new JointInference(catalog, leads: leads);
        var item = Assert.Single(await inference.CascadeAsync(lease.Release, [new() { Id = "x", Input = "ham" }]));
        Assert.NotEmpty(item.Votes);

        Assert.Equal("lead", (await inference.AuditAsync(lease.Release, item, TestContext.Current.CancellationToken)).Tier);

        Assert.DoesNotContain("Prediction", Question(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_SuperIcl_ThePromptHasSolvedExamplesWithTheStudentsReceipt()
    {
        File.WriteAllLines(
            Path.Combine(_models.Root, ModelsFolder.Task, DemonstrationPool.FileName),
            ["""{"text":"hmm maybe","label":"spam"}""", """{"text":"nothing alike","label":"ham"}""", """{"text":"hmm ham","label":"ham"}"""]);
        await InferAsync("hmm", more: ""","plugin":"supericl" """);
        Assert.Matches("Input: hmm (maybe|ham)\nmedium Prediction: (spam|ham) \\(Confidence: [01]\\.\\d\\d\\)\nLabel: (spam|ham)\n\n", Question());
        Assert.DoesNotContain("nothing alike", Question());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Infer_SuperIclAndAStudentThatAnotherJoins_TheLeadIsAskedThoughItFails(bool fails)
    {
        var solved = Path.Combine(_models.Root, DemonstrationPool.FileName);
        File.WriteAllLines(solved, ["""{"text":"hmm maybe","label":"spam"}"""]);
        Define("", ""","plugin":"supericl" """);
        using var catalog = new ReleaseCatalog(_models.Root);
        using var leads = new LeadConnections(_ => "secret");
        Tier[] students = [new("small", new FixedClassifier("small", 1, 0) { Broken = fails }, 1, 0.99, 0.1), new("medium", new FixedClassifier("medium", 0, 2), 1, 0.99, 1) { Pool = new([3, 1]) }];
        using var release = new Release(ModelsFolder.Manifest("1.0"), students, new("lead", new FixedClassifier("lead", 3, 0), 1, 0, 10), catalog.Task(ModelsFolder.Task), solved);
        var inference = new JointInference(catalog, leads: leads);

        var items = await inference.VerifyAsync(release, await inference.CascadeAsync(release, [new() { Id = "x", Input = "hmm" }]));

        Assert.Equal("lead", Assert.Single(inference.Stack(release, items)).Receipt.AnsweredBy);
        // Alone medium says spam, softmax(0, 2); joined with small ham, softmax(3, 2). What it says alone is not kept for later prompts.
        Assert.Contains(fails ? "medium Prediction: spam (Confidence: 0.88)" : "medium Prediction: ham (Confidence: 0.73)", Question());
        Assert.Equal(fails ? 0 : 1, release.Examples.Receipts.Count);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData(""","plugin":"supercontext" """, 2)] // the student's word is in the prompt
    public async Task Verify_TwoReleasesWithOneMemory_AsksOnceUnlessStudentsAreRead(string more, int asked)
    {
        _models.WriteRelease("2.0");
        Define("", more);
        using var catalog = new ReleaseCatalog(_models.Root);
        using var leads = new LeadConnections();
        using var one = catalog.Acquire(ModelsFolder.Task, "1.0");
        using var two = catalog.Acquire(ModelsFolder.Task, "2.0");
        var (inference, memory) = (new JointInference(catalog, leads: leads), new LeadMemory());
        Assert.True(LeadMemory.IsShared(one.Release, two.Release));

        foreach (var release in (Release[])[one.Release, two.Release])
        {
            var items = await inference.VerifyAsync(release, await inference.CascadeAsync(release, [new() { Id = "x", Input = "hmm" }]), memory: memory);
            Assert.Equal("lead", Assert.Single(inference.Stack(release, items)).Receipt.AnsweredBy);
        }

        Assert.Equal(asked, _lead.Asked);
    }

    [Fact]
    public async Task Verify_LeadWasAwayAndItsMemoryIsEmpty_IsAskedAgain()
    {
        Define("", ""","whenLeadIsAway":"wait" """);
        using var catalog = new ReleaseCatalog(_models.Root);
        using var leads = new LeadConnections();
        using var lease = catalog.Acquire(ModelsFolder.Task, "1.0");
        var (inference, memory) = (new JointInference(catalog, leads: leads), new LeadMemory());
        var items = await inference.CascadeAsync(lease.Release, [new() { Id = "x", Input = "hmm" }]);

        _lead.Mood = FakeLeadMood.Broken;
        items = await inference.VerifyAsync(lease.Release, items, mayWait: true, memory: memory);
        Assert.True(JointInference.AwaitsLead(Assert.Single(items)));
        _lead.Mood = default;
        items = await inference.VerifyAsync(lease.Release, items, mayWait: true, memory: memory);

        Assert.Equal("lead", Assert.Single(items).Votes[^1].Tier);
    }

    [Fact]
    public void IsShared_LeadInProcess_WhereItsFilesAreTheSame()
    {
        File.WriteAllText(Path.Combine(_models.Root, ModelsFolder.Task, "task.json"), $$"""{"name":"{{ModelsFolder.Task}}","kind":"classification","labels":["ham","spam"]}""");
        _models.WriteRelease("2.0");
        _models.WriteRelease("3.0");
        File.Copy(Path.Combine(_models.Folder("3.0"), "medium.onnx"), Path.Combine(_models.Folder("3.0"), "lead.onnx"), overwrite: true);
        _models.WriteAgain("3.0");
        using var catalog = new ReleaseCatalog(_models.Root);
        using var one = catalog.Acquire(ModelsFolder.Task, "1.0");
        using var two = catalog.Acquire(ModelsFolder.Task, "2.0");
        using var three = catalog.Acquire(ModelsFolder.Task, "3.0");

        Assert.True(LeadMemory.IsShared(one.Release, two.Release));
        Assert.False(LeadMemory.IsShared(one.Release, three.Release));
    }

    [Fact]
    public void IsShared_TaskWasChangedMeanwhile_IsNot()
    {
        _models.WriteRelease("2.0");
        Define("", "");
        using var catalog = new ReleaseCatalog(_models.Root);
        using var one = catalog.Acquire(ModelsFolder.Task, "1.0");
        Define("", ""","instruction":"Be strict." """);
        using var two = catalog.Acquire(ModelsFolder.Task, "2.0");

        Assert.False(LeadMemory.IsShared(one.Release, two.Release));
    }

    [Fact]
    public async Task Infer_Explained_TheReceiptHasTheReason()
    {
        _lead.Answer = static _ => """{"label":"spam","explanation":"It hums."}""";
        var answer = await InferAsync("hmm", lead: ""","explain":true,"probabilities":false""");
        Assert.EndsWith("because: It hums.", answer.Receipt.Stages.Single(stage => stage.Name == "verify").Reason);
        Assert.Equal(1, answer.Confidence);
    }

    [Fact]
    public async Task Verify_LessonsKeepTokensAndReason_TheVoteHasThemAndTheReceiptNot()
    {
        _lead.Answer = static _ => """{"label":"spam","explanation":"It hums."}""";
        _lead.Alternative = """{"label":"ham""";
        Define("", ""","lessons":{"topLogprobs":1,"rationale":true}""");
        using var catalog = new ReleaseCatalog(_models.Root);
        using var leads = new LeadConnections();
        using var lease = catalog.Acquire(ModelsFolder.Task, "1.0");
        var inference = new JointInference(catalog, leads: leads);

        var items = await inference.VerifyAsync(lease.Release, await inference.CascadeAsync(lease.Release, [new() { Id = "x", Input = "hmm" }]));

        var vote = items[0].Votes[^1];
        Assert.Equal("It hums.", vote.Rationale);
        var token = Assert.Single(vote.Chances!);
        Assert.Equal(Math.Log(0.9), token.Logprob, 1e-4);
        Assert.Equal(token.Token, Assert.Single(token.Top).Key);
        Assert.Equal(["label", "explanation"], Assert.Single(_lead.Requests).GetProperty("response_format").GetProperty("json_schema").GetProperty("schema").GetProperty("required").EnumerateArray().Select(field => field.GetString()));
        Assert.DoesNotContain("hums", Assert.Single(inference.Stack(lease.Release, items)).Receipt.Describe());
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","lessons":{"topLogprobs":1,"rationale":true,"keep":false}""")]
    public async Task Infer_LessonsKeepNothing_NoReasonIsAskedFor(string more)
    {
        await InferAsync("hmm", more: more);

        Assert.Equal(["label"], Assert.Single(_lead.Requests).GetProperty("response_format").GetProperty("json_schema").GetProperty("schema").GetProperty("required").EnumerateArray().Select(field => field.GetString()));
    }

    [Theory]
    [InlineData((int)FakeLeadMood.Slow)]
    [InlineData((int)FakeLeadMood.Garbled)]
    [InlineData((int)FakeLeadMood.Busy)]
    [InlineData((int)FakeLeadMood.Broken)]
    public async Task Infer_LeadUnwell_TheBestStudentAnswersDegraded(int mood)
    {
        _lead.Mood = (FakeLeadMood)mood;
        var answer = await InferAsync("hmm", lead: ""","timeoutSeconds":0.5,"deadlineSeconds":4,"retries":1""");
        Assert.True(answer.Receipt.Degraded);
        Assert.NotEqual("lead", answer.Receipt.AnsweredBy);
        Assert.Contains("big at", answer.Receipt.Describe());
    }

    [Fact]
    public async Task Infer_LeadRefusesTheRequest_IsAskedOnceAndTheReceiptSaysWhy()
    {
        _lead.Mood = FakeLeadMood.Refusing;
        var answer = await InferAsync("hmm");
        Assert.Equal((1, true), (_lead.Asked, answer.Receipt.Degraded));
        Assert.Contains("it answered with HTTP 400: 'max_completion_tokens' is too large. Ask for fewer.", answer.Receipt.Stages.Single(stage => stage.Name == "verify").Reason);
    }

    [Fact]
    public async Task Infer_LeadDoesNotTakeTheKey_IsNotQuoted()
    {
        _lead.Mood = FakeLeadMood.Locked;
        var reason = (await InferAsync("hmm")).Receipt.Stages.Single(stage => stage.Name == "verify").Reason;
        Assert.Contains("HTTP 401", reason);
        Assert.DoesNotContain("sk-1", reason);
    }

    [Fact]
    public async Task Infer_LeadUnwellAndTheTaskWaits_SaysSo()
    {
        _lead.Mood = FakeLeadMood.Broken;
        await Assert.ThrowsAsync<LeadAwayException>(() => InferAsync("hmm", more: ""","whenLeadIsAway":"wait" """));
    }

    [Fact]
    public async Task Infer_LeadRefusesTheRequestAndTheTaskWaits_TheBestStudentAnswersDegraded()
    {
        _lead.Mood = FakeLeadMood.Refusing;
        var answer = await InferAsync("hmm", more: ""","whenLeadIsAway":"wait" """);
        Assert.Equal((1, true), (_lead.Asked, answer.Receipt.Degraded));
        Assert.Contains("HTTP 400", answer.Receipt.Stages.Single(stage => stage.Name == "verify").Reason);
    }

    [Theory]
    [InlineData((int)FakeLeadMood.Refusing, false, false)]
    [InlineData((int)FakeLeadMood.Refusing, true, true)] // a student's answer is not what was asked for
    [InlineData((int)FakeLeadMood.Locked, false, true)] // no input is at fault
    public async Task Verify_MayWait_LeavesOpenWhatWaitingMayHelp(int mood, bool leadOnly, bool open)
    {
        Define("", "");
        using var catalog = new ReleaseCatalog(_models.Root);
        using var leads = new LeadConnections();
        using var lease = catalog.Acquire(ModelsFolder.Task, "1.0");
        var inference = new JointInference(catalog, leads: leads);
        var items = await inference.CascadeAsync(lease.Release, [new() { Id = "x", Input = "hmm" }]);
        _lead.Mood = (FakeLeadMood)mood;

        items = await inference.VerifyAsync(lease.Release, items, mayWait: true, leadOnly: leadOnly);

        Assert.Equal(open, JointInference.AwaitsLead(Assert.Single(items)));
    }

    [Fact]
    public async Task Verify_MayWait_LeavesOpenWhatFoundTheLeadAwayAndAsksAgainOnlyAboutThat()
    {
        Define("", "");
        using var catalog = new ReleaseCatalog(_models.Root);
        using var leads = new LeadConnections();
        var inference = new JointInference(catalog, leads: leads);
        using var lease = catalog.Acquire(ModelsFolder.Task, "1.0");
        IReadOnlyList<PipelineItem> items = [.. new[] { "hmm", "ham", "hmm spam" }.Select(text => new PipelineItem { Id = text, Input = text, Deferred = text != "ham" })];
        items = await inference.CascadeAsync(lease.Release, items);
        _lead.Answer = static prompt => prompt.Contains("hmm spam", StringComparison.Ordinal) ? "purple" : "spam";

        items = await inference.VerifyAsync(lease.Release, [.. items.Select(item => item with { Deferred = item.Input != "ham" })], mayWait: true);
        Assert.Equal([false, false, true], items.Select(JointInference.AwaitsLead));
        var asked = _lead.Asked;
        _lead.Answer = static _ => "spam";
        items = await inference.VerifyAsync(lease.Release, items, mayWait: true);

        Assert.DoesNotContain(items, JointInference.AwaitsLead);
        Assert.Equal(asked + 1, _lead.Asked);
        Assert.All(inference.Stack(lease.Release, items), answer => Assert.False(answer.Receipt.Degraded));
    }

    [Fact]
    public async Task Infer_ManyInputsAndASlowLead_EndsWithinOneDeadline()
    {
        _lead.Mood = FakeLeadMood.Slow;
        Define(""","concurrency":1,"timeoutSeconds":0.4,"deadlineSeconds":0.5""", "");
        using var catalog = new ReleaseCatalog(_models.Root);
        using var leads = new LeadConnections();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var answers = await new JointInference(catalog, leads: leads).InferAsync(
            ModelsFolder.Task, [.. Enumerable.Range(0, 20).Select(i => new InferenceInput($"{i}", "hmm"))], release: "1.0");
        Assert.All(answers, answer => Assert.True(answer.Receipt.Degraded));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5); // one by one it would be 10
    }

    [Fact]
    public async Task Infer_KeyNamed_ItIsSentAndNotReadFromTheTask()
    {
        await InferAsync("hmm", lead: ""","key":"big" """);
        Assert.Equal("Bearer secret-big", Assert.Single(_lead.Authorizations));
    }

    [Fact]
    public async Task Infer_KeyMissing_SaysWhichSetting()
    {
        var answer = await InferAsync("hmm", lead: ""","key":"other" """);
        Assert.Contains("LeadKeys:other", answer.Receipt.Describe());
    }

    private async Task<Answer> InferAsync(string text, string lead = "", string more = "")
    {
        Define(lead, more);
        using var catalog = new ReleaseCatalog(_models.Root);
        using var leads = new LeadConnections(name => name == "big" ? "secret-big" : null);
        return Assert.Single(await new JointInference(catalog, leads: leads).InferAsync(ModelsFolder.Task, [new("x", text)], release: "1.0"));
    }

    private void Define(string lead, string more)
    {
        var times = lead.Contains("timeoutSeconds", StringComparison.Ordinal) ? "" : ""","timeoutSeconds":20,"retries":1""";
        File.WriteAllText(
            Path.Combine(_models.Root, ModelsFolder.Task, "task.json"),
            $$"""
            {"name":"{{ModelsFolder.Task}}","kind":"classification","labels":["ham","spam"]{{more}},
             "lead":{"protocol":"openai","endpoint":"{{_lead.Endpoint}}","model":"big"{{times}}{{lead}} } }
            """);
    }

    private string Question()
    {
        var content = Assert.Single(_lead.Requests).GetProperty("messages").EnumerateArray().Last().GetProperty("content");
        return content.ValueKind == JsonValueKind.String ? content.GetString()! : content[0].GetProperty("text").GetString()!;
    }
}
