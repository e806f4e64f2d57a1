using Understudy.Inference.Leads;

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
}
