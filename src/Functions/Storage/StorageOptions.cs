using Microsoft.Extensions.Configuration;

namespace Understudy.Functions.Storage;

/// <summary>The account of the host and of the data: setting <c>AzureWebJobsStorage</c> (a connection string, on one machine) or <c>AzureWebJobsStorage__accountName</c> (by identity).</summary>
internal sealed class StorageOptions
{
    public const string Section = "AzureWebJobsStorage";

    public string? ConnectionString { get; set; }

    public string? AccountName { get; set; }

    public void ReadFrom(IConfiguration configuration)
    {
        ConnectionString = configuration[Section];
        AccountName = configuration[$"{Section}:accountName"];
    }
}
