using Understudy.Inference.Cascades;
using Understudy.Inference.Classification;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tests.Releases;

namespace Understudy.Inference.Tests.Pipelines;

public sealed class StagesTests
{
    private readonly FixedClassifier _small = new("small", 1, 0);
    private readonly FixedClassifier _medium = new("medium", 0, 2);
    private readonly FixedClassifier _lead = new("lead", 3, 0);
    private readonly JointInference _inference = new(new ReleaseCatalog("nowhere"));

    [Fact]
    public async Task Cascade_StudentSureEnough_AsksNobodyElse()
    {
        var answer = await RunAsync(smallThreshold: 0.7, mediumThreshold: 0.9); // softmax(1, 0) = 0.731
        Assert.Equal(("ham", "small"), (answer.Label, answer.Receipt.AnsweredBy));
        Assert.Equal((0, 0), (_medium.Asked, _lead.Asked));
        Assert.Contains("above the 70 % it needs", answer.Receipt.Describe());
    }

    [Fact]
    public async Task Cascade_ConfidenceAtTheThreshold_Answers()
    {
        var confidence = (await RunAsync(0, 0)).Confidence;
        Assert.Equal("small", (await RunAsync(confidence, 0.9)).Receipt.AnsweredBy);
        Assert.NotEqual("small", (await RunAsync(Math.BitIncrement(confidence), 0.9)).Receipt.AnsweredBy);
    }

    [Fact]
    public async Task Cascade_Temperature_IsAppliedBeforeTheThreshold()
    {
        // softmax(1, 0) at temperature 0.5 is softmax(2, 0) = 0.881.
        Assert.Equal("small", (await RunAsync(0.88, 2, temperature: 0.5)).Receipt.AnsweredBy);
        Assert.Equal("lead", (await RunAsync(0.89, 2, temperature: 0.5)).Receipt.AnsweredBy);
    }

    [Fact]
    public async Task Cascade_StudentFails_TheNextIsAskedAndTheReceiptSaysSo()
    {
        _small.Broken = true;
        var answer = await RunAsync(0.7, 0.8);
        Assert.Equal(("spam", "medium"), (answer.Label, answer.Receipt.AnsweredBy));
        Assert.Contains("small failed: out of memory", answer.Receipt.Stages[1].Reason);
    }

    [Fact]
    public async Task Cascade_StudentJoinsTheOneBefore_AnswersWithWhatBothSay()
    {
        // small says softmax(1, 0), medium softmax(0, 2): with weights 3 and 1 together softmax(3, 2) = 0.731.
        var answer = await RunAsync(0.99, 0.7, pool: new OpinionPool([3, 1]));

        Assert.Equal(("ham", "medium"), (answer.Label, answer.Receipt.AnsweredBy));
        Assert.Equal(0.731, answer.Confidence, 1e-3);
        Assert.Equal(0.731, answer.Probabilities["ham"], 1e-3);
        Assert.Contains("medium, with those before it, is 0.731", answer.Receipt.Stages[1].Reason);
    }

    [Fact]
    public async Task Cascade_TheOneToJoinFailed_LeavesItToTheLead()
    {
        _small.Broken = true;
        var answer = await RunAsync(0.99, 0.7, pool: new OpinionPool([3, 1]));
        Assert.Equal("lead", answer.Receipt.AnsweredBy);
        Assert.StartsWith("medium was to join a student that failed", answer.Receipt.Stages[1].Reason);
    }

    [Fact]
    public async Task Verify_LeadFails_TheStudentThatHeardTheOthersAnswers()
    {
        _lead.Broken = true;
        var answer = await RunAsync(0.99, 0.99, pool: new OpinionPool([1, 1]), small: new FixedClassifier("small", 3, 0));

        // small by itself is 0.953 sure, both together softmax(3, 2) = 0.731.
        Assert.Equal((true, "medium", "ham"), (answer.Receipt.Degraded, answer.Receipt.AnsweredBy, answer.Label));
        Assert.Equal(0.731, answer.Confidence, 1e-3);
    }

    [Fact]
    public async Task Cascade_ScoreThatIsNotANumber_IsNoAnswer()
    {
        var answer = await RunAsync(0.7, 0.8, small: new FixedClassifier("small", float.NaN, 0));
        Assert.Equal("medium", answer.Receipt.AnsweredBy);
        Assert.Contains("not a finite number", answer.Receipt.Stages[1].Reason);
    }

    [Fact]
    public async Task Verify_NobodySure_TheLeadAnswersAndTheReceiptSaysWhy()
    {
        var answer = await RunAsync(0.99, 2);
        Assert.Equal(("ham", "lead"), (answer.Label, answer.Receipt.AnsweredBy));
        Assert.False(answer.Receipt.Degraded);
        var text = answer.Receipt.Describe();
        Assert.Contains("lead answered \"ham\", 95 % sure", text);
        Assert.Contains("small said \"ham\" but was only 73 % sure, short of its 99 %", text);
        Assert.Equal(0, _medium.Asked);
    }

    [Fact]
    public async Task Cascade_NoStudentMayAnswer_CostsWhatTheLeadCosts()
    {
        var answer = await RunAsync(2, 2);
        Assert.Equal("lead", answer.Receipt.AnsweredBy);
        Assert.Equal((0, 0, 1), (_small.Asked, _medium.Asked, _lead.Asked));
        Assert.Equal("lead", Assert.Single(answer.Receipt.Tiers).Tier);
        Assert.Equal("the release lets no student answer", answer.Receipt.Stages[1].Reason);
    }

    [Fact]
    public async Task Verify_LeadFailsAndNoStudentMayAnswer_TheStrongestIsAskedThen()
    {
        _lead.Broken = true;
        var answer = await RunAsync(2, 2);
        Assert.Equal(("spam", "medium"), (answer.Label, answer.Receipt.AnsweredBy));
        Assert.True(answer.Receipt.Degraded);
        Assert.Equal((0, 1), (_small.Asked, _medium.Asked));
        Assert.Contains("the lead failed: out of memory", answer.Receipt.Describe());
    }

    [Fact]
    public async Task Verify_LeadAndStrongestStudentFail_TheNextIsAsked()
    {
        (_lead.Broken, _medium.Broken) = (true, true);
        Assert.Equal("small", (await RunAsync(2, 2)).Receipt.AnsweredBy);
        Assert.Equal("small", (await RunAsync(0.99, 2)).Receipt.AnsweredBy);
    }

    [Fact]
    public async Task Verify_NobodyWorks_ReportsTheLead()
    {
        (_lead.Broken, _medium.Broken, _small.Broken) = (true, true, true);
        Assert.Equal("out of memory", (await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(2, 2))).Message);
    }

    [Theory]
    [InlineData(0.99)]
    [InlineData(2)]
    public async Task Verify_LeadIsAwayAndStudentsFail_SaysThatTheyDid(double threshold)
    {
        (_medium.Broken, _small.Broken) = (true, true);
        var error = await Assert.ThrowsAsync<LeadAwayException>(() => RunAsync(threshold, threshold, lead: new AbsentLead("lead", 2)));
        Assert.True(error.StudentFailed);
        Assert.Equal(AbsentLead.Away().Message, error.Message);
    }

    [Fact]
    public async Task VerifyAsync_LeadIsAwayAndStudentsFail_MarksTheItemAndLeavesItOpen()
    {
        _small.Broken = true;
        using var release = new Release(ModelsFolder.Manifest("1.0"), [new("small", _small, 1, 2, 0.1)], new("lead", new AbsentLead("lead", 2), 1, 0, 10));
        var items = await _inference.CascadeAsync(release, _inference.Compress(release, [new() { Id = "x", Input = "?" }]));

        var item = Assert.Single(await _inference.VerifyAsync(release, items));

        Assert.Equal(AbsentLead.Away().Message, item.Unanswered);
        Assert.True(JointInference.AwaitsLead(item));
        Assert.False(JointInference.IsRefused(item));
    }

    [Fact]
    public async Task VerifyAsync_StudentAnsweredAndItRunsAgain_LeavesOneStage()
    {
        using var release = new Release(ModelsFolder.Manifest("1.0"), [new("small", _small, 1, 0.7, 0.1)], new("lead", _lead, 1, 0, 10));
        var items = await _inference.CascadeAsync(release, _inference.Compress(release, [new() { Id = "x", Input = "?" }]));

        var item = Assert.Single(await _inference.VerifyAsync(release, await _inference.VerifyAsync(release, items)));

        Assert.Equal("passed", Assert.Single(item.Stages, stage => stage.Name == "verify").Outcome);
    }

    [Fact]
    public async Task Verify_LeadFails_TheSurestStudentAnswersAndTheReceiptSaysSo()
    {
        _lead.Broken = true;
        var answer = await RunAsync(0.99, 0.99);
        Assert.Equal(("spam", "medium"), (answer.Label, answer.Receipt.AnsweredBy));
        Assert.True(answer.Receipt.Degraded);
        Assert.Contains("Take it with care", answer.Receipt.Describe());
        Assert.Contains("out of memory", answer.Receipt.Describe());
    }

    [Fact]
    public async Task Verify_LeadFailsAndThereIsNoStudent_Throws()
    {
        _lead.Broken = true;
        using var release = new Release(ModelsFolder.Manifest("1.0"), [], new("lead", _lead, 1, 0, 10));
        var items = await _inference.CascadeAsync(release, _inference.Compress(release, [new() { Id = "x", Input = "?" }]));
        Assert.True(items[0].Deferred);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _inference.VerifyAsync(release, items));
    }

    [Fact]
    public async Task Stack_StudentAnswers_SavingIsTheShareOfTheLeadsCost()
    {
        var receipt = (await RunAsync(0.7, 0.9)).Receipt;
        Assert.Equal(receipt.Tiers.Sum(t => t.Milliseconds), receipt.ModelMilliseconds, 1e-12);
        Assert.Equal(10, receipt.LeadMilliseconds);
        Assert.Equal(1 - (receipt.ModelMilliseconds / 10), receipt.Saving, 1e-12);
    }

    private async Task<Answer> RunAsync(double smallThreshold, double mediumThreshold, double temperature = 1, FixedClassifier? small = null, OpinionPool? pool = null, ITextClassifier? lead = null)
    {
        using var release = new Release(
            ModelsFolder.Manifest("1.0"),
            [new("small", small ?? _small, temperature, smallThreshold, 0.1), new("medium", _medium, 1, mediumThreshold, 1) { Pool = pool }],
            new Tier("lead", lead ?? _lead, 1, 0, 10));
        var items = await _inference.CascadeAsync(release, _inference.Compress(release, [new() { Id = "x", Input = "?" }]));
        return Assert.Single(_inference.Stack(release, await StageOfRequests.VerifyAsync(release, items)));
    }
}
