using System.Text.Json;
using Understudy.Functions.Durable;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Tests.Durable;

public class DurableJsonOptionsTests
{
    private sealed record Line(string SpokenBy, WorkflowStatus State, double? Weight, string? Aside);

    private static readonly Line Sample = new("Viola", WorkflowStatus.Pending, 0.5, null);

    [Fact]
    public void Configure_TheWorkersOptions_WritesAsEveryEngineDoes()
    {
        var options = new JsonSerializerOptions();
        new DurableJsonOptions().Configure(options);

        Assert.Equal(JsonSerializer.Serialize(Sample, DurableJson.Options), JsonSerializer.Serialize(Sample, options));
    }

    [Fact]
    public void Configure_TheWorkersOptions_ReadsAsEveryEngineDoes()
    {
        const string Loose = """{ "SPOKENBY": "Viola", "state": "pending", "weight": "0.5" }""";
        var options = new JsonSerializerOptions();
        new DurableJsonOptions().Configure(options);

        Assert.Equal(JsonSerializer.Deserialize<Line>(Loose, DurableJson.Options), JsonSerializer.Deserialize<Line>(Loose, options));
    }
}
