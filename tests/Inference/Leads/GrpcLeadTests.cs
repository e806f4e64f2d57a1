using Understudy.Inference.Leads;

namespace Understudy.Inference.Tests.Leads;

public sealed class GrpcLeadTests
{
    [Fact]
    public void Candidates_LabelsThatAreNoBeginnings_BeginWithABlank() =>
        Assert.Equal([" ham", " spam"], GrpcLead.Candidates(["ham", "spam"]));

    [Fact]
    public void Candidates_LabelThatBeginsAnother_AllHaveAnEnd() =>
        Assert.Equal([" order\n\n", " order status\n\n", " alarm\n\n"], GrpcLead.Candidates(["order", "order status", "alarm"]));
}
