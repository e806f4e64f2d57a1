namespace Understudy.Infrastructure.Tests;

public class TelemetryTests
{
    [Fact]
    public void Traces_OfTheVerifier_AreKeptAsTheAppsAre()
    {
        var container = ArmTemplate.Main.Only("Microsoft.App/containerApps").GetProperty("properties").GetProperty("template").GetProperty("containers")[0];

        var variables = container.GetProperty("env").EnumerateArray().ToDictionary(v => v.GetProperty("name").GetString()!, v => v.GetProperty("value").GetString());
        Assert.Equal(("microsoft.fixed_percentage", "[parameters('tracesKept')]"), (variables["OTEL_TRACES_SAMPLER"], variables["OTEL_TRACES_SAMPLER_ARG"]));
        Assert.Equal("1", ArmTemplate.Main.Root.GetProperty("parameters").GetProperty("tracesKept").GetProperty("defaultValue").GetString());
    }

    /// <summary>Of what is kept by a share, one request stands for several: <c>itemCount</c>.</summary>
    [Fact]
    public void Alert_OfFailures_CountsWhatWasNotKept()
    {
        var query = ArmTemplate.Main.Modules["alerts"].GetProperty("variables").GetProperty("queries").GetProperty("failures").GetProperty("query").GetString()!;

        Assert.Contains("sumif(itemCount,", query, StringComparison.Ordinal);
        Assert.Contains("sum(itemCount)", query, StringComparison.Ordinal);
    }
}
