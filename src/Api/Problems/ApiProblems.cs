using Microsoft.AspNetCore.Http;
using Understudy.Inference.Budgets;
using Understudy.Inference.OpenAi;

namespace Understudy.Api.Problems;

/// <summary>The problems that this API has, each with its field, limit and remedy.</summary>
internal static class ApiProblems
{
    public static ApiProblem ContentType(string? sent, string expected) => new(
        StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "Content type not supported",
        sent is null ? "The request has no Content-Type." : $"The Content-Type '{sent}' is not supported.",
        $"Send Content-Type: {expected}.", "Content-Type");

    public static ApiProblem ContentEncoding(string sent) => new(
        StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "Content encoding not supported",
        $"The Content-Encoding '{sent}' is not supported.", "Send the body as it is.", "Content-Encoding");

    public static ApiProblem BodyTooLarge(int limit, string remedy) => new(
        StatusCodes.Status413PayloadTooLarge, "body-too-large", "Request body too large",
        $"The request body is larger than {limit} bytes.", remedy, "body", limit);

    public static ApiProblem BodyEmpty(string expected = "'input' or 'inputs'") => new(
        StatusCodes.Status400BadRequest, "body-empty", "Request body missing",
        "The request has no body.", $"Send a JSON object with {expected}.", "body");

    public static ApiProblem NotUtf8(string field) => new(
        StatusCodes.Status400BadRequest, "invalid-utf-8", "Not UTF-8",
        "The request body holds bytes that are not valid UTF-8.", "Encode the body as UTF-8.", field);

    /// <summary>Of a body that could not be read as JSON.</summary>
    public static ApiProblem InvalidBody(RequestInvalidException error) => new(
        StatusCodes.Status400BadRequest, error.Code.Replace('_', '-'), "Body not valid", error.Message, "Correct the body and send the request again.", error.Field ?? "body");

    public static ApiProblem HalfCharacter(string field, long position) => new(
        StatusCodes.Status400BadRequest, "invalid-utf-8", "Not UTF-8",
        $"The text at byte {position} of the request body escapes one half of a surrogate pair without the other.", "Write both, or the character itself.", field);

    public static ApiProblem NotJson(long position) => new(
        StatusCodes.Status400BadRequest, "invalid-json", "Not JSON",
        $"The request body is not valid JSON at byte {position}.", "Check quotes, commas and escapes near that byte.", "body");

    public static ApiProblem WrongType(string field, string expected, string found) => new(
        StatusCodes.Status400BadRequest, "wrong-type", "Wrong JSON type",
        $"'{field}' must be {expected}, not {found}.", $"Send {expected} there.", field);

    public static ApiProblem UnknownField(string field, string known) => new(
        StatusCodes.Status400BadRequest, "unknown-field", "Unknown field",
        $"'{field}' is not a field of this request.", $"Remove it or correct its spelling; known here: {known}.", field);

    public static ApiProblem InvalidField(string detail, string? field) => new(
        StatusCodes.Status400BadRequest, "invalid-field", "Field not valid", detail, "Correct the field and send the request again.", field);

    public static ApiProblem OneOf(string field, string other) => new(
        StatusCodes.Status400BadRequest, "one-of", "Field missing or given twice",
        $"The request must have exactly one of '{field}' and '{other}', once.", $"Send either '{field}' or '{other}'.", field);

    public static ApiProblem EmptyInput(string field) => new(
        StatusCodes.Status400BadRequest, "empty-input", "Empty input",
        $"'{field}' is empty.", "Give a text to answer, of at least one character that is not blank.", field);

    public static ApiProblem InputTooLong(string field, int length, int tokens, int characters) => new(
        StatusCodes.Status413PayloadTooLarge, "input-too-long", "Input too long",
        $"'{field}' is {length} characters long; the limit is {tokens} tokens, taken as {characters} characters.",
        "Shorten the text, or raise Limits:InputTokens.", field, tokens);

    /// <summary>For the lead of a task that is written.</summary>
    public static ApiProblem InputTooLong(string field, string detail) => new(
        StatusCodes.Status413PayloadTooLarge, "input-too-long", "Input too long", detail, "Shorten the text.", field);

    public static ApiProblem TooManyInputs(int count, int limit) => new(
        StatusCodes.Status413PayloadTooLarge, "too-many-inputs", "Too many inputs",
        $"'inputs' has {count} entries; the limit is {limit}.", "Send them as a batch: POST /api/tasks/{task}/batches.", "inputs", limit);

    public static ApiProblem TooManyRecords(long count, int limit) => new(
        StatusCodes.Status413PayloadTooLarge, "too-many-records", "Too many records",
        $"The batch holds {count} records; the limit is {limit}.", "Split it into several batches, or raise Limits:BatchRecords.", "body", limit);

    public static ApiProblem NoRecords() => new(
        StatusCodes.Status400BadRequest, "no-records", "Empty batch",
        "The batch holds no records.", "Give one JSON object a line, each with a 'text'.", "body");

    public static ApiProblem IdempotencyKey(int limit) => new(
        StatusCodes.Status400BadRequest, "invalid-idempotency-key", "Idempotency key not valid",
        "The Idempotency-Key must be one value of visible ASCII characters.", $"Send 1 to {limit} of them, a UUID for instance.",
        "Idempotency-Key", limit);

    public static ApiProblem StoreHeader(string sent) => new(
        StatusCodes.Status400BadRequest, "invalid-store", "X-Understudy-Store not valid",
        $"The header X-Understudy-Store is '{sent}'.", "Send 'false' if nothing of this request may be kept for teaching; otherwise leave it out.", "X-Understudy-Store");

    public static ApiProblem VerifyHeader(string sent) => new(
        StatusCodes.Status400BadRequest, "invalid-verify", "X-Understudy-Verify not valid",
        $"The header X-Understudy-Verify is '{sent}'.", "Send 'true' if the lead is to be asked about every input; otherwise leave it out.", "X-Understudy-Verify");

    public static ApiProblem VerifiedBatch() => new(
        StatusCodes.Status400BadRequest, "invalid-verify", "A batch is not verified",
        "The header X-Understudy-Verify is 'true', and in a batch the lead is asked only where no student is sure.",
        "Leave it out, or send the inputs to POST /api/tasks/{task}/infer, with 'Prefer: respond-async' where there are many.", "X-Understudy-Verify");

    public static ApiProblem IdempotencyKeyReused(string detail) => new(
        StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused", "Idempotency key reused",
        detail, "Send the same request again, or choose a new key.", "Idempotency-Key");

    public static ApiProblem Cancelled(string operation) => new(
        StatusCodes.Status409Conflict, "operation-cancelled", "Operation cancelled",
        $"Operation '{operation}', which this request is, was cancelled.", "Send the request with another key.", "Idempotency-Key");

    public static ApiProblem WorkflowsAway(string detail) => new(
        StatusCodes.Status503ServiceUnavailable, "workflows-away", "Durable runs cannot be kept",
        detail, "Send the request again when the host is back.");

    public static ApiProblem UnknownTask(string detail) => new(
        StatusCodes.Status404NotFound, "unknown-task", "Unknown task", detail, "Choose one from GET /api/tasks.", "task");

    public static ApiProblem UnknownRelease(string detail) => new(
        StatusCodes.Status404NotFound, "unknown-release", "Unknown release", detail, "Choose one from GET /api/tasks/{task}/releases.", "version");

    public static ApiProblem InvalidRelease(string version, IReadOnlyList<string> problems) => new(
        StatusCodes.Status422UnprocessableEntity, "invalid-release", "Release cannot serve",
        $"Release '{version}' has {problems.Count} problem(s); the release that serves now stays.", "Correct them, or make the release again.", "version")
    {
        Extensions = { ["problems"] = problems },
    };

    /// <summary>The service's own fault, but one that its keeper can read about here.</summary>
    public static ApiProblem ChannelMoved(string detail) => new(
        StatusCodes.Status409Conflict, "channel-moved", "Channel moved meanwhile", detail, "Read the releases again, then decide.", "version");

    public static ApiProblem NoSigningKey(string detail) => new(
        StatusCodes.Status503ServiceUnavailable, "no-signing-key", "No signing key", detail, "Give the host a key: UNDERSTUDY_SIGNING_KEY.");

    public static ApiProblem NothingServes(string detail, IReadOnlyList<string> problems) => new(
        StatusCodes.Status503ServiceUnavailable, "cannot-serve", "Task cannot be served",
        detail, "Correct the task's files, or promote a release that is whole.", "task")
    {
        Extensions = { ["problems"] = problems },
    };

    public static ApiProblem LeadAway(string detail, TimeSpan retryAfter) => new(
        StatusCodes.Status503ServiceUnavailable, "lead-away", "The lead is away",
        detail, "Send the request again later, or with 'Prefer: respond-async', which waits for the lead where whenLeadIsAway is 'wait'.")
    {
        RetryAfter = retryAfter,
    };

    public static ApiProblem LeadRefused(string detail) => new(
        StatusCodes.Status422UnprocessableEntity, "lead-refused", "The lead does not take the input",
        detail, "Change the input as the detail says: the lead answers the same request the same way, and no student can answer in its place.");

    public static ApiProblem ReleasesAway(string detail) => new(
        StatusCodes.Status503ServiceUnavailable, "releases-away", "The releases cannot be reached", detail, "Send the request again later.")
    {
        RetryAfter = TimeSpan.FromSeconds(10),
    };

    public static ApiProblem StorageAway() => new(
        StatusCodes.Status503ServiceUnavailable, "storage-away", "The storage cannot be reached",
        "The storage that keeps requests and results cannot be reached.", "Send the request again later; GET /health/ready says when the storage is back.")
    {
        RetryAfter = TimeSpan.FromSeconds(10),
    };

    public static ApiProblem BudgetSpent(BudgetSpentException spent) => new(
        StatusCodes.Status429TooManyRequests, "budget-spent", "The day's budget is used up",
        spent.Message, "Send the request again after that, raise budget.perDay, or send it with 'Prefer: respond-async', which waits for lead.waitMinutes where whenLeadIsAway is 'wait'.", "budget.perDay")
    {
        RetryAfter = spent.RetryAfter,
        Extensions = { ["limit"] = spent.Budget.PerDay, ["currency"] = spent.Budget.Currency, ["resetsAt"] = spent.ResetsAt },
    };

    public static ApiProblem QuotaUsedUp(string task, int limit, TimeSpan retryAfter) => new(
        StatusCodes.Status429TooManyRequests, "quota-used-up", "Quota used up",
        $"Task '{task}' has had its {limit} requests a minute.", $"Send fewer, send them as a batch, or raise Quota:Tasks:{task}.", "task", limit)
    {
        RetryAfter = retryAfter,
    };

    public static ApiProblem Overloaded(string detail) => new(
        StatusCodes.Status429TooManyRequests, "overloaded", "Too many wait", detail, "Send the request again in a few seconds.")
    {
        RetryAfter = TimeSpan.FromSeconds(2),
    };

    public static ApiProblem UnknownOperation(string id) => new(
        StatusCodes.Status404NotFound, "unknown-operation", "Unknown operation",
        $"There is no operation '{id}'. It was never started, or its record was purged.", "Use the Location of the 202 that began it.", "id");

    public static ApiProblem OperationFailed(string id, string reason) => new(
        StatusCodes.Status500InternalServerError, "operation-failed", "Operation failed",
        $"Operation '{id}', which carried out the request, failed: {reason}", "Put right what the reason names, and send the request with another key.", "Idempotency-Key");

    public static ApiProblem ResultGone(string detail) => new(
        StatusCodes.Status410Gone, "result-gone", "Result no longer kept", detail, "Send the request again, with another key if it had one.");

    public static ApiProblem OperationFinished(string id, string status) => new(
        StatusCodes.Status409Conflict, "operation-finished", "Operation already finished",
        $"Operation '{id}' is {status} and cannot be cancelled.", "Nothing is left to do.", "id");

    public static ApiProblem NothingToApprove(string id, string status) => new(
        StatusCodes.Status409Conflict, "nothing-to-approve", "Nothing to approve",
        $"Operation '{id}' is {status} and does not wait for an approval.", "Approve a retraining whose stage is 'approval'.", "id");

    public static ApiProblem RetrainingUnavailable(string detail) => new(
        StatusCodes.Status409Conflict, "retraining-unavailable", "Nothing can be retrained", detail, "Do as it says, or train a release with 'understudy train'.", "task");

    public static ApiProblem RetrainingRuns(string detail) => new(
        StatusCodes.Status409Conflict, "retraining-runs", "A retraining runs", detail, "Wait until it is over, cancel it (DELETE /api/operations/{id}), or leave the settings out.", "task");

    public static ApiProblem WrongValue(string field, string sent, string expected) => new(
        StatusCodes.Status400BadRequest, "wrong-value", "Value not known",
        $"'{field}' is '{sent}'.", $"Use {expected}.", field);

    public static ApiProblem RetentionBlocked(string detail) => new(
        StatusCodes.Status409Conflict, "retention-blocked", "Nothing may be removed", detail, "See to what is in the way and ask again.", "task");

    public static ApiProblem NotInQuarantine(string detail) => new(
        StatusCodes.Status404NotFound, "not-in-quarantine", "Not in quarantine", detail, "Choose one from GET /api/quarantine.", "id");

    public static ApiProblem NotRedrivable(string detail) => new(
        StatusCodes.Status409Conflict, "not-redrivable", "Nothing takes the blob", detail, "Copy it by hand, as the detail says.", "id");

    public static ApiProblem BlobNameTaken(string detail) => new(
        StatusCodes.Status409Conflict, "blob-name-taken", "Another blob has the name", detail, "Delete the blob that is there, then redrive again.", "id");

    public static ApiProblem BatchBegun(string detail) => new(
        StatusCodes.Status409Conflict, "batch-begun", "Batch begun otherwise",
        detail, "Send the records in the body, or upload the blob with the metadata store=false.", "X-Understudy-Store");

    public static ApiProblem ListLimit(string sent, int limit) => new(
        StatusCodes.Status400BadRequest, "invalid-limit", "Limit not valid",
        $"'{sent}' is no number of entries.", $"Send a whole number from 1 to {limit}.", "limit", limit);

    public static ApiProblem UnknownBlob(string blob) => new(
        StatusCodes.Status404NotFound, "unknown-blob", "Unknown blob",
        $"There is no blob '{blob}'.", "Upload it first, or send the records as the body.", "blob");

    public static ApiProblem BlobName(string detail) => new(
        StatusCodes.Status400BadRequest, "invalid-blob", "Blob name not valid",
        detail, "Name a blob 'batches/{task}/{name}.jsonl' of this task, or only '{name}.jsonl'.", "blob");
}
