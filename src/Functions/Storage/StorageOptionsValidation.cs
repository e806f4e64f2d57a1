using Microsoft.Extensions.Options;

namespace Understudy.Functions.Storage;

internal sealed class StorageOptionsValidation : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
        => string.IsNullOrWhiteSpace(options.ConnectionString) == string.IsNullOrWhiteSpace(options.AccountName)
            ? ValidateOptionsResult.Fail($"Set either {StorageOptions.Section}__accountName (Azure) or {StorageOptions.Section} (UseDevelopmentStorage=true), and not both.")
            : ValidateOptionsResult.Success;
}
