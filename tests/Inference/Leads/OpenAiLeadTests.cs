using Understudy.Inference.Leads;
using Understudy.Inference.Tasks;
using Understudy.Tests;

namespace Understudy.Inference.Tests.Leads;

public sealed class OpenAiLeadTests
{
    [Theory]
    [InlineData("https://name.openai.azure.com/openai/v1", true)]
    [InlineData("https://NAME.OpenAI.Azure.com/openai/v1", true)]
    [InlineData("https://name.cognitiveservices.azure.us/openai/v1", true)]
    [InlineData("https://name.services.ai.azure.cn/models", true)]
    [InlineData("http://name.openai.azure.com/openai/v1", false)]
    [InlineData("https://name.westeurope.cloudapp.azure.com/v1", false)]
    [InlineData("https://nameopenai.azure.com/v1", false)]
    [InlineData("https://name.openai.azure.com.example/v1", false)]
    public void IsAzure_OnlyItsOwnServicesOverHttps(string endpoint, bool expected) => Assert.Equal(expected, OpenAiLead.IsAzure(new(endpoint)));

    [Fact]
    public async Task Ask_ModelThatThinksAndTakesNoTemperature_AnswersWithALabel()
    {
        await using var fake = await FakeLead.StartAsync();
        fake.Mood = FakeLeadMood.Thinking;
        using var lead = Connect(fake, answerTokens: 2000);

        var reply = await lead.AskAsync(Question, TestContext.Current.CancellationToken);

        Assert.Equal((1f, 301), (reply.Probabilities[1], reply.Tokens!.Completion));
        Assert.Equal(2000, Assert.Single(fake.Requests).GetProperty("max_completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Ask_ModelThatThinksForLongerThanALabel_SaysWhatToRaise()
    {
        await using var fake = await FakeLead.StartAsync();
        fake.Mood = FakeLeadMood.Thinking;
        using var lead = Connect(fake, answerTokens: null);

        var error = await Assert.ThrowsAsync<LeadAnswerInvalidException>(() => lead.AskAsync(Question, TestContext.Current.CancellationToken));

        Assert.Contains("lead.answerTokens", error.Message);
    }

    private static LeadRequest Question => new() { Prompt = new("", "about your refund"), Labels = ["ham", "spam"] };

    private static OpenAiLead Connect(FakeLead fake, int? answerTokens) => OpenAiLead.Connect(
        new() { Protocol = LeadDefinition.OpenAi, Endpoint = fake.Endpoint.ToString(), Model = "big", Temperature = null, Probabilities = false, AnswerTokens = answerTokens }, null, null);
}
