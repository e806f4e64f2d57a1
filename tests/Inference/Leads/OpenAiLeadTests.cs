using Understudy.Inference.Leads;
using Understudy.Inference.Tasks;

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
    public void Connect_KeyInTheClear_IsRefused()
    {
        var refusal = Assert.Throws<LeadAwayException>(() => Connect("http://models.example/v1", "secret"));

        Assert.Contains("https", refusal.Message);
        Assert.DoesNotContain("secret", refusal.Message);
    }

    [Theory]
    [InlineData("https://models.example/v1", "secret")]
    [InlineData("http://127.0.0.1:8080/v1", "secret")]
    [InlineData("http://localhost:8080/v1", "secret")]
    [InlineData("http://models.example/v1", null)]
    public void Connect_KeyOutOfSightOrNone_IsTaken(string endpoint, string? key) => Connect(endpoint, key).Dispose();

    private static OpenAiLead Connect(string endpoint, string? key) =>
        OpenAiLead.Connect(new LeadDefinition { Protocol = LeadDefinition.OpenAi, Endpoint = endpoint, Model = "big" }, key, tokens: null);
}
